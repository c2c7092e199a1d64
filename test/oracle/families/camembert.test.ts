import { camembert } from './definitions/roberta.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(camembert);
