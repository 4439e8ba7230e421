import type { Connector } from '../../../host/connectors/connector.ts';
import { machineRandom, machineTime } from '../../../host/connectors/node-ports.ts';
import { type Probe, probe } from '../../../host/connectors/probe.ts';
import { remoteTopics } from '../../../host/connectors/remote-topics.ts';

const anHourMs = 3_600_000;

/** A probe that ends because there is nothing to wait for, or not within a test. */
export function endedProbe(connector: Connector, settings: unknown, folder = ''): Promise<Probe> {
  const ports = { time: machineTime, random: machineRandom, topics: remoteTopics(() => {}) };
  const options = { ...ports, settings, folder, log: () => {} };
  return probe(connector, options, anHourMs, new AbortController().signal);
}
