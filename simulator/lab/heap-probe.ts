import { appendFileSync } from 'node:fs';
import { getHeapCodeStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { threadId } from 'node:worker_threads';

/**
 * Loaded into a host before it starts, into each of its threads (`node --import`): collects all garbage now and then, and
 * writes what is left, how much of it is compiled code, what the thread's heap takes with its room, and the whole process, to
 * the file that `JOULEGATE_LAB_HEAP` names. Only what is left tells a leak within an hour: the memory of a process goes up and
 * down by more.
 */
const everyMs = 15_000;

const path = process.env.JOULEGATE_LAB_HEAP;
if (path !== undefined) {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('this Node gives nothing to collect garbage with');
  const tell = () => {
    collect();
    const { heapUsed, heapTotal, external, rss } = process.memoryUsage();
    const { code_and_metadata_size: machineCode, bytecode_and_metadata_size: bytecode } =
      getHeapCodeStatistics();
    const held = heapUsed + external;
    const bytes = [held, machineCode + bytecode, heapTotal + external, rss];
    appendFileSync(path, `${process.pid} ${threadId} ${Date.now()} ${bytes.join(' ')}\n`);
  };
  setInterval(tell, everyMs).unref();
}
