import { phi3 } from './definitions/phi3.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(phi3);
