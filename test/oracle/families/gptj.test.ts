import { gptj } from './definitions/gptj.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(gptj);
