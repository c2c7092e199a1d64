import { gemma } from './definitions/gemma.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(gemma);
