import { roberta } from './definitions/roberta.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(roberta);
