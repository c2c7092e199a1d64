import { data2vecText } from './definitions/roberta.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(data2vecText);
