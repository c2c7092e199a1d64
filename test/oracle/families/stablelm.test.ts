import { stablelm } from './definitions/layer-norm-relatives.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(stablelm);
