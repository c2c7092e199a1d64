import { smollm3 } from './definitions/smollm3.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(smollm3);
