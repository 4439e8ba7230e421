import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { OPCUAServer, UAVariable } from 'node-opcua';

type Library = typeof import('node-opcua');

/** Built-in types by their names (OPC 10000-6, 5.1.2). 64-bit ones are given as bigint. */
export type VariableType =
  | 'Boolean'
  | 'SByte'
  | 'Byte'
  | 'Int16'
  | 'UInt16'
  | 'Int32'
  | 'UInt32'
  | 'Int64'
  | 'UInt64'
  | 'Float'
  | 'Double'
  | 'String';

export type VariableValue = number | bigint | boolean | string;

/** A variable of an object below the Objects folder. Its node id is `ns=1;s=OBJECT.NAME`. */
export interface SimulatedVariable {
  readonly object: string;
  readonly name: string;
  readonly type: VariableType;
  readonly read: () => VariableValue;
  /** Common code of UNECE Recommendation 20 with its symbol: gives it EngineeringUnits. */
  readonly unit?: readonly [code: string, symbol: string];
}

export interface OpcUaServerOptions {
  /** Where its certificates are, and those that it trusts. */
  readonly folder: string;
  readonly variables: readonly SimulatedVariable[];
  /** 0 takes a free one. */
  readonly port?: number;
  /** Who may log in by name; nobody else, also not without a name, unless `isOpen`. */
  readonly users?: Readonly<Record<string, string>>;
  readonly isOpen?: boolean;
  /** Takes clients whose certificate it has never seen. */
  readonly trustsAll?: boolean;
  /** Without most of what every server has about itself: starts four seconds sooner. */
  readonly isSmall?: boolean;
  /** More nodes than these it takes in no request to read, browse or monitor. */
  readonly mostAtOnce?: number;
  /** How often values are read anew, ms; 0: when `refresh` is called. */
  readonly everyMs?: number;
}

const usualEveryMs = 1000;

/** The version that the tests use. */
const version = '2.182.2';

async function loaded(): Promise<Library> {
  try {
    return await import('node-opcua');
  } catch (error) {
    throw new Error(
      `a simulated OPC UA server needs the package node-opcua, which is large and does not come with Joulegate: npm install node-opcua@${version}`,
      { cause: error },
    );
  }
}

const limitedTo = ({ ServerCapabilities }: Library, most: number) =>
  new ServerCapabilities({
    operationLimits: { maxNodesPerRead: most, maxNodesPerBrowse: most, maxMonitoredItemsPerCall: most },
  });

/** A server as controllers and energy managers have one: a real stack, with values of the simulator. On this machine alone. */
export class SimulatedOpcUaServer {
  readonly #library: Library;
  readonly #server: OPCUAServer;
  readonly #variables: Map<string, { readonly node: UAVariable; readonly told: SimulatedVariable }>;
  readonly #timer: NodeJS.Timeout | undefined;
  /** Of which something was said. */
  readonly #held = new Set<string>();

  private constructor(
    library: Library,
    server: OPCUAServer,
    variables: Map<string, { readonly node: UAVariable; readonly told: SimulatedVariable }>,
    everyMs: number,
  ) {
    this.#library = library;
    this.#server = server;
    this.#variables = variables;
    this.refresh();
    this.#timer = everyMs === 0 ? undefined : setInterval(() => this.refresh(), everyMs);
  }

  /** @throws Error where the package is missing, or the port is taken */
  static async start(options: OpcUaServerOptions): Promise<SimulatedOpcUaServer> {
    const { folder, variables, port = 0, users = {}, isOpen = true, trustsAll = false } = options;
    const library = await loaded();
    const { OPCUAServer, OPCUACertificateManager, nodesets, get_mini_nodeset_filename } = library;
    // Standard output is for what the command says itself.
    library.setWarningLogger(console.error);
    const managerIn = (name: string) =>
      new OPCUACertificateManager({
        rootFolder: join(folder, name),
        automaticallyAcceptUnknownCertificate: trustsAll,
        disableFileWatchers: true,
      });
    const server = new OPCUAServer({
      host: '127.0.0.1',
      hostname: '127.0.0.1',
      port,
      nodeset_filename: [options.isSmall === true ? get_mini_nodeset_filename() : nodesets.standard],
      serverInfo: { applicationUri: 'urn:joulegate:simulated-opcua' },
      serverCertificateManager: managerIn('pki'),
      userCertificateManager: managerIn('users'),
      allowAnonymous: isOpen,
      ...(options.mostAtOnce !== undefined && { serverCapabilities: limitedTo(library, options.mostAtOnce) }),
      userManager: {
        isValidUser: (user: string, password: string) =>
          Object.hasOwn(users, user) && users[user] === password,
      },
    });
    await server.initialize();
    const nodes = addVariables(library, server, variables);
    await server.start();
    return new SimulatedOpcUaServer(library, server, nodes, options.everyMs ?? usualEveryMs);
  }

  get port(): number {
    return this.#server.endpoints[0]?.port ?? 0;
  }

  get url(): string {
    return `opc.tcp://127.0.0.1:${this.port}`;
  }

  /** SHA-256 of its certificate, as it is compared by people. */
  get fingerprint(): string {
    return createHash('sha256').update(this.#server.getCertificate()).digest('hex');
  }

  /** Of those that are connected now. */
  get sessions(): number {
    return this.#server.currentSessionCount;
  }

  get subscriptions(): number {
    return this.#server.currentSubscriptionCount;
  }

  /** What an administrator does with a client's certificate: DER, for channels and as a login. */
  async trust(certificate: Uint8Array): Promise<void> {
    await this.#server.serverCertificateManager.trustCertificate(Buffer.from(certificate));
    await this.#server.userCertificateManager.trustCertificate(Buffer.from(certificate));
  }

  /** Reads all values anew, but for those that were said otherwise. */
  refresh(): void {
    for (const [id, { node, told }] of this.#variables)
      if (!this.#held.has(id))
        node.setValueFromSource(
          variantOf(this.#library, told.type, told.read()),
          this.#library.StatusCodes.Good,
        );
  }

  /** One more, of an object that is not there yet. */
  add(told: SimulatedVariable): void {
    for (const [id, added] of addVariables(this.#library, this.#server, [told]))
      this.#variables.set(id, added);
    this.refresh();
  }

  /** From now on a variable has this status (`BadNoCommunication`) and this time, until it is well again. */
  say(id: string, status: string, atMs = Date.now()): void {
    const code = Object.entries(this.#library.StatusCodes).find(([name]) => name === status)?.[1];
    if (code === undefined) throw new Error(`there is no status ${status}`);
    const { node, told } = this.#variable(id);
    this.#held.add(id);
    node.setValueFromSource(variantOf(this.#library, told.type, told.read()), code, new Date(atMs));
  }

  /** What was said of it is over: it is read as the others are. */
  heal(id: string): void {
    this.#held.delete(id);
    const { node, told } = this.#variable(id);
    node.setValueFromSource(variantOf(this.#library, told.type, told.read()), this.#library.StatusCodes.Good);
  }

  #variable(id: string) {
    const variable = this.#variables.get(id);
    if (variable === undefined) throw new Error(`there is no ${id}`);
    return variable;
  }

  /** Takes no leave of its clients, where it `isCut`: as a machine that loses its power. */
  async stop(isCut = false): Promise<void> {
    clearInterval(this.#timer);
    if (isCut) for (const endpoint of this.#server.endpoints) await endpoint.abruptlyInterruptChannels();
    await this.#server.shutdown(0);
  }
}

function addVariables(library: Library, server: OPCUAServer, variables: readonly SimulatedVariable[]) {
  const { addressSpace } = server.engine;
  if (addressSpace === null) throw new Error('the server has no address space');
  const namespace = addressSpace.getOwnNamespace();
  const objects = new Map<string, ReturnType<typeof namespace.addObject>>();
  const nodes = new Map<string, { readonly node: UAVariable; readonly told: SimulatedVariable }>();
  for (const told of variables) {
    const { object: objectName, name, type, unit } = told;
    const object =
      objects.get(objectName) ??
      namespace.addObject({ browseName: objectName, organizedBy: addressSpace.rootFolder.objects });
    objects.set(objectName, object);
    const options = {
      browseName: name,
      componentOf: object,
      nodeId: `s=${objectName}.${name}`,
      dataType: library.DataType[type],
      minimumSamplingInterval: 100,
    };
    const node = namespace.addVariable(options);
    if (unit !== undefined)
      namespace.addVariable({
        browseName: { name: 'EngineeringUnits', namespaceIndex: 0 },
        propertyOf: node,
        dataType: library.DataType.ExtensionObject,
        value: {
          dataType: library.DataType.ExtensionObject,
          value: library.makeEUInformation(unit[0], unit[1], unit[1]),
        },
      });
    nodes.set(`ns=1;s=${objectName}.${name}`, { node, told });
  }
  return nodes;
}

function variantOf({ DataType, VariantArrayType }: Library, type: VariableType, value: VariableValue) {
  const halves = (wide: bigint) => [
    Number(BigInt.asUintN(32, wide >> 32n)),
    Number(BigInt.asUintN(32, wide)),
  ];
  return {
    dataType: DataType[type],
    arrayType: VariantArrayType.Scalar,
    value: typeof value === 'bigint' ? halves(value) : value,
  };
}
