import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Session } from '../../host/api/contract.ts';
import { setSession } from '../access.ts';
import { shareTokenOf } from '../account/share-token.ts';
import { formatAddress } from '../address.ts';
import { api } from '../api.ts';
import { readPreference, writePreference } from '../preferences.ts';
import { RequestError } from '../request-error.ts';
import { targets } from './targets.ts';

/** Where the page is between being opened and showing values. */
export type Phase = 'starting' | 'unreachable' | 'setUp' | 'signIn' | 'newPassword' | 'link' | 'signedIn';

export interface VisitEnds {
  /** Values may be asked for; `view` is where somebody begins who came by a link. */
  readonly entered: (view: string | null) => void;
  /** Nothing is asked for any more. */
  readonly left: () => void;
}

const retryMs = 3000;

/** Who looks at the page: found out when it comes, by a session there was, a link in the address or a sign-in. */
export class Visit implements ReactiveController {
  phase: Phase = 'starting';
  /** Who is signed in, or was a moment ago. */
  session: Session | null = null;
  /** What of the address lets a stranger in; it is in no history. */
  linkToken: string | null = null;
  /** A session was over without anybody having ended it here. */
  hasEnded = false;
  /** Why the host could not be asked. */
  error: unknown = null;
  readonly #host: ReactiveControllerHost;
  readonly #ends: VisitEnds;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, ends: VisitEnds) {
    this.#host = host;
    this.#ends = ends;
    host.addController(this);
  }

  get isIn(): boolean {
    return this.phase === 'signedIn';
  }

  hostConnected(): void {
    void this.start();
  }

  hostDisconnected(): void {
    clearTimeout(this.#retry);
  }

  #turn(phase: Phase): void {
    this.phase = phase;
    this.#host.requestUpdate();
  }

  /** A link's token goes out of the address and the history at once; whether there was one. */
  takeLink(): boolean {
    const token = shareTokenOf(location.hash);
    if (token === null) return false;
    this.linkToken = token;
    history.replaceState(null, '', formatAddress(targets.overview));
    return true;
  }

  async start(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      if (this.linkToken !== null) {
        await this.#askForLink();
        return;
      }
      // Asking for a session that is not there is an error in the browser's console: only ask where one may be.
      if (readPreference('signedIn') !== null && (await this.#resume())) return;
      const { setUp } = await api.health();
      this.hasEnded &&= setUp;
      this.#turn(setUp ? 'signIn' : 'setUp');
    } catch (error) {
      this.error = error;
      this.#turn('unreachable');
      const waitS = error instanceof RequestError ? (error.retryAfterS ?? 0) : 0;
      this.#retry = setTimeout(() => void this.start(), Math.max(retryMs, waitS * 1000));
    }
  }

  /** Who was signed in most likely is: nothing else is asked before. False where the session is over. */
  async #resume(): Promise<boolean> {
    try {
      this.enter(await api.session());
      return true;
    } catch (error) {
      if (!(error instanceof RequestError && error.status === 401)) throw error;
      writePreference('signedIn', null);
      this.hasEnded = true;
      return false;
    }
  }

  /** Opening a link ends the session there is: who has one is asked before. */
  async #askForLink(): Promise<void> {
    this.session = null;
    if (readPreference('signedIn') !== null) {
      try {
        this.session = await api.session();
      } catch (error) {
        if (!(error instanceof RequestError && error.status === 401)) throw error;
        writePreference('signedIn', null);
      }
    }
    this.#turn('link');
  }

  /** The link is over, or who is signed in stays. */
  closeLink(): void {
    this.linkToken = null;
    if (this.session === null) void this.start();
    else this.enter(this.session);
  }

  enter(session: Session): void {
    writePreference('signedIn', 'yes');
    this.session = session;
    this.hasEnded = false;
    if (session.mustChangePassword) {
      this.#turn('newPassword');
      return;
    }
    setSession(session);
    const isByLink = this.linkToken !== null;
    this.linkToken = null;
    this.#turn('signedIn');
    this.#ends.entered(isByLink ? session.view : null);
  }

  setSecondFactor(hasSecondFactor: boolean): void {
    if (this.session !== null) this.session = { ...this.session, hasSecondFactor };
    this.#host.requestUpdate();
  }

  /** The host knows nobody here any more. */
  end(): void {
    if (this.phase !== 'signedIn') return;
    this.#forget();
    this.hasEnded = true;
    this.#turn('signIn');
  }

  async signOut(): Promise<void> {
    this.#ends.left();
    this.#turn('starting');
    // The host may be gone or the session over: signed out is what the person wants to be either way.
    await api.signOut().catch(() => undefined);
    this.#forget();
    this.hasEnded = false;
    this.#turn('signIn');
  }

  #forget(): void {
    writePreference('signedIn', null);
    setSession(null);
    this.#ends.left();
  }
}
