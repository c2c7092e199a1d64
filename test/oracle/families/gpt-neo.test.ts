import { gptNeo } from './definitions/gpt-neo.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(gptNeo);
