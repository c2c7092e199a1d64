export interface LockOptions {
  readonly onWait?: () => void;
  readonly timeoutMs?: number;
}

export declare function withLock<T>(directory: string, work: () => T | Promise<T>, options?: LockOptions): Promise<T>;
export declare function lockIsDead(owner: string | null, ageMs: number): boolean;
