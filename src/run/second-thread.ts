import { Worker } from 'node:worker_threads';
import { sharedModule } from '../tensor/kernels.ts';
import { createProductTeam, type ProductTeam } from '../tensor/product-team.ts';
import { tryTeam } from '../tensor/team-trial.ts';

/** Set where the program is bundled: the thread's program beside it. */
const threadFile = process.env.ATTNSCOPE_PRODUCTS ?? './product-thread.ts';

/** A second thread for products, where a test finds it right and faster; null where it does not. */
export async function secondThread(): Promise<ProductTeam | null> {
  const worker = new Worker(new URL(threadFile, import.meta.url));
  const isOnline = await new Promise<boolean>((resolve) => {
    worker.once('online', () => resolve(true));
    worker.once('error', () => resolve(false));
  });
  // The program ends without asking this thread.
  worker.unref();
  if (!isOnline) return null;
  const team = createProductTeam((message) => worker.postMessage(message), sharedModule);
  try {
    if (tryTeam(team)) return team;
  } catch {
    // Shared memory reserves its largest size, which not every machine gives.
  }
  team.close();
  return null;
}
