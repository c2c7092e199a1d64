import { llama } from './definitions/llama.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(llama);
