import { mistral } from './definitions/mistral.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(mistral);
