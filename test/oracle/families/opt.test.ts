import { opt } from './definitions/opt.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(opt);
