/** What the process takes of the machine, in base units. */
export function processCounters(): Record<string, number> {
  const { user, system } = process.cpuUsage();
  return {
    'process.cpuS': (user + system) / 1e6,
    'process.residentBytes': process.memoryUsage.rss(),
    'process.startS': startS,
  };
}

const startS = Math.round(performance.timeOrigin / 1000);
