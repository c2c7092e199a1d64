import { cohere } from './definitions/layer-norm-relatives.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(cohere);
