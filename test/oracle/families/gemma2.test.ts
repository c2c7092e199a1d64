import { gemma2 } from './definitions/gemma2.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(gemma2);
