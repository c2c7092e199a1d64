export declare function npmEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
export declare function npmCommand(environment: NodeJS.ProcessEnv): [string, ...string[]];
export declare function explainFailure(output: string, npmVersion: string): string;
export declare function install(root: string): Promise<void>;
