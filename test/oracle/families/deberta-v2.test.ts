import { debertaV2 } from './definitions/deberta-v2.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(debertaV2);
