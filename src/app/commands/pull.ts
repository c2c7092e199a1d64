import { builtInModels } from '../../loaders/find-model.ts';
import { hubCacheDirectory, isRepositoryId } from '../../loaders/hub/cache-paths.ts';
import { hubSettings } from '../../loaders/hub/hub-settings.ts';
import { type Pulled, pullModel } from '../../loaders/hub/pull-model.ts';
import { exitCodes } from '../../terminal/terminal-guard.ts';
import type { Options } from '../command-table.ts';
import { standardErrorBar } from '../progress-bar.ts';
import { sizeText } from '../size-text.ts';
import { UsageError } from '../usage-error.ts';

const signalNames = Object.keys(exitCodes) as (keyof typeof exitCodes)[];

/** `attnscope pull ORG/NAME`: downloads a model into the local Hugging Face cache; returns the answer and the exit code.
 *  A signal stops the download and keeps what it has; a second signal ends the program at once.
 *  @throws UsageError, HubError */
export async function pullCommand(
  given: string,
  options: Options,
): Promise<{ readonly answer: string; readonly exitCode: number }> {
  const repository = repositoryOf(given);
  const controller = new AbortController();
  let exitCode = 0;
  const stop = (signal: NodeJS.Signals) => {
    exitCode = exitCodes[signal as keyof typeof exitCodes];
    controller.abort();
  };
  for (const name of signalNames) process.once(name, stop);
  const bar = standardErrorBar(options);
  try {
    const pulled = await pullModel({
      ...hubSettings(),
      repository,
      revision: options.revision ?? 'main',
      cacheDirectory: hubCacheDirectory(),
      signal: controller.signal,
      onProgress: ({ file, doneBytes, totalBytes }) => bar.update({ label: file, doneBytes, totalBytes }),
      onWarning: (warning) => {
        bar.erase();
        process.stderr.write(`warning: ${warning}\n`);
      },
    });
    bar.erase();
    return { answer: answerOf(repository, pulled), exitCode: 0 };
  } catch (error) {
    bar.erase();
    if (!controller.signal.aborted) throw error;
    process.stderr.write(`attnscope: pull was stopped; attnscope pull ${repository} continues it\n`);
    return { answer: '', exitCode };
  } finally {
    for (const name of signalNames) process.off(name, stop);
  }
}

function repositoryOf(given: string): string {
  const example = 'as in attnscope pull google-bert/bert-base-uncased';
  if (builtInModels.includes(given)) throw new UsageError(`pull: ${given} is built in: there is nothing to download`);
  if (!isRepositoryId(given)) {
    throw new UsageError(`pull: ${JSON.stringify(given)} is not a repository: ORG/NAME is expected, ${example}`);
  }
  return given;
}

function answerOf(repository: string, { directory, commit, fileCount, totalBytes, receivedBytes }: Pulled): string {
  const what = `${fileCount} files, ${sizeText(totalBytes)}`;
  const did =
    receivedBytes === 0
      ? `all ${what} were there already, nothing was downloaded`
      : `${what}, of which ${sizeText(receivedBytes)} were downloaded`;
  return `${repository} at ${commit.slice(0, 12)}: ${did}\n${directory}\n`;
}
