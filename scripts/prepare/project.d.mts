/** The inputs and outputs of a build; sizes in bytes by path. */
export interface BuildStamp {
  readonly inputs: string;
  readonly outputs: Readonly<Record<string, number>>;
  /** Hash of the inputs of each model folder. */
  readonly models: Readonly<Record<string, string>>;
}

export declare const buildInputs: readonly string[];
export declare const buildStampPath: string;
export declare const installStampPath: string;
export declare function listFiles(root: string, paths: readonly string[]): string[];
export declare function hashFiles(root: string, paths: readonly string[], salt?: string): string;
export declare function sizesOf(root: string, paths: readonly string[]): Record<string, number>;
export declare function sizesHold(root: string, sizes: Readonly<Record<string, number>>): boolean;
export declare function readJson(path: string): unknown;
export declare function writeWhole(path: string, content: string): void;
export declare function pinnedNode(root: string): string;
export declare function installHash(root: string): string;
export declare function installIsFresh(root: string): boolean;
export declare function buildIsFresh(root: string): boolean;
