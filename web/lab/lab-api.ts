import type {
  BeginRequest,
  EndRequest,
  Lab,
  LabRefusal,
  LabState,
} from '../../simulator/control/contract.ts';

/** What the laboratory said instead of an answer, or that there was none. */
export class LabFailure extends Error {
  /** `away`: nobody answered. */
  readonly why: LabRefusal['error'] | 'away';

  constructor(why: LabFailure['why'], message: string) {
    super(message);
    this.why = why;
  }
}

/** The token stands in the part of the address that a browser keeps to itself. */
const token = (): string => location.hash.slice(1);

const isRefusal = (value: unknown): value is LabRefusal =>
  typeof value === 'object' && value !== null && 'error' in value && 'message' in value;

/** Page and server are of one program, so what comes is what the contract says. */
async function call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token()}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    answer = await response.json();
  } catch (error) {
    throw new LabFailure('away', error instanceof Error ? error.message : String(error));
  }
  if (response.ok) return answer as T;
  if (isRefusal(answer)) throw new LabFailure(answer.error, answer.message);
  throw new LabFailure('failed', `status ${response.status}`);
}

export const readLab = (): Promise<Lab> => call('GET', 'lab');
export const readState = (since: number): Promise<LabState> => call('GET', `state?since=${since}`);
export const begin = (request: BeginRequest): Promise<unknown> => call('POST', 'begin', request);
export const end = (request: EndRequest): Promise<unknown> => call('POST', 'end', request);
