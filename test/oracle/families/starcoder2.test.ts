import { starcoder2 } from './definitions/layer-norm-relatives.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(starcoder2);
