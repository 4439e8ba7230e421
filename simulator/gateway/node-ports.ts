import type { FlashPort, I2cPort, Ports, RandomPort, StorePort, TimePort } from '#ports';
import { bareBoard } from './board.ts';
import { nodeCrypto } from './node-crypto.ts';
import { type BrokerAddress, nodeMqtt } from './node-mqtt.ts';
import { openNodeSerial } from './node-serial.ts';
import { nodeTime } from './node-time.ts';
import { nodeRandom } from './random.ts';
import { memoryStore } from './stores.ts';

/** A chip on a simulated I2C bus; its port may answer at once. */
export interface I2cChip {
  port(): I2cPort;
}

export interface NodePortsOptions {
  readonly broker: BrokerAddress;
  /** Default: the machine's own time. */
  readonly time?: TimePort;
  /** Default: the machine's own randomness. */
  readonly random?: RandomPort;
  /** Default: memory; nothing survives the process. */
  readonly store?: StorePort;
  /** For the journal, such as `fileFlash`. Default: none; the journal is in memory. */
  readonly flash?: FlashPort;
  /** Default: `tcp://host:port` and `/dev/…`. */
  readonly openSerial?: Ports['openSerial'];
  /** Chips by the name of their line's port, `sim://…`, at every address; with `/64` behind it, at this one. */
  readonly chips?: ReadonlyMap<string, I2cChip>;
  readonly boardName?: string;
  readonly log?: Ports['log'];
  /** What a `restart` command does. Default: nothing but a line in the log. */
  readonly restart?: () => void;
}

/** What a word takes on a bus of 100 kHz: four bytes of nine bits. */
const i2cWordMs = 1;

/** All that the gateway's firmware needs, on Node. */
export function nodePorts(options: NodePortsOptions): Ports {
  const { time = nodeTime, chips = new Map(), log = () => {} } = options;
  return {
    time,
    random: options.random ?? nodeRandom,
    mqtt: nodeMqtt(options.broker),
    openSerial: options.openSerial ?? openNodeSerial,
    openI2c: (line, address) => {
      const chip = chips.get(`${line.port}/${address}`) ?? chips.get(line.port);
      if (chip !== undefined) return paced(chip.port(), time);
      const known = [...chips.keys()].join(', ') || 'none';
      throw new Error(`port ${JSON.stringify(line.port)} of line ${line.id} is not there; chips: ${known}`);
    },
    store: options.store ?? memoryStore(),
    ...(options.flash === undefined ? {} : { flash: options.flash }),
    crypto: nodeCrypto,
    board: bareBoard({
      name: options.boardName ?? `node ${process.versions.node} ${process.platform}-${process.arch}`,
      firmware: `${simulatorVersion} (simulator)`,
      restart: options.restart ?? (() => log('warn', 'a restart was asked for; a simulated gateway stays')),
    }),
    log,
  };
}

/** Grows with `package.json`; a test compares them. */
export const simulatorVersion = '0.1.0';

/** The port, with answers that take the time of a bus. */
function paced(port: I2cPort, time: TimePort): I2cPort {
  let isOpen = true;
  const later = (callback: () => void): void => {
    time.after(i2cWordMs, () => {
      if (isOpen) callback();
    });
  };
  return {
    readWord: (register, done) => port.readWord(register, value => later(() => done(value))),
    writeWord: (register, value, done) => port.writeWord(register, value, ok => later(() => done(ok))),
    close: () => {
      isOpen = false;
      port.close();
    },
  };
}
