import { bloom } from './definitions/bloom.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(bloom);
