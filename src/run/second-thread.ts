import { Worker } from 'node:worker_threads';
import { sharedModule } from '../tensor/kernels.ts';
import { createProductTeam, type ProductTeam } from '../tensor/product-team.ts';
import { tryTeam } from '../tensor/team-trial.ts';

/** The bundle sets the variable to its own file. */
const threadFile = process.env.ATTNSCOPE_PRODUCTS ?? './product-thread.ts';

/** A second thread for matrix products; null unless a trial shows that it is correct and faster. */
export async function secondThread(): Promise<ProductTeam | null> {
  const worker = new Worker(new URL(threadFile, import.meta.url));
  const isOnline = await new Promise<boolean>((resolve) => {
    worker.once('online', () => resolve(true));
    worker.once('error', () => resolve(false));
  });
  // The thread must not keep the program running.
  worker.unref();
  if (!isOnline) return null;
  const team = createProductTeam((message) => worker.postMessage(message), sharedModule);
  try {
    if (tryTeam(team)) return team;
  } catch {
    // Shared memory reserves its maximum size, which can fail.
  }
  team.close();
  return null;
}
