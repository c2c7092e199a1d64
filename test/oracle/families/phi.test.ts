import { phi } from './definitions/phi.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(phi);
