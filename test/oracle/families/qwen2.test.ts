import { qwen2 } from './definitions/qwen.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(qwen2);
