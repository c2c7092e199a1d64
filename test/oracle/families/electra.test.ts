import { electra } from './definitions/electra.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(electra);
