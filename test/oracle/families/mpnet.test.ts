import { mpnet } from './definitions/mpnet.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(mpnet);
