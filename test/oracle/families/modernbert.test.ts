import { modernBert } from './definitions/modernbert.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(modernBert);
