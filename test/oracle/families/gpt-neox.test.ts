import { gptNeox } from './definitions/gpt-neox.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(gptNeox);
