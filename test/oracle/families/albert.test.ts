import { albert } from './definitions/albert.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(albert);
