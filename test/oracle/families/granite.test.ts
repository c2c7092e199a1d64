import { granite } from './definitions/granite.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(granite);
