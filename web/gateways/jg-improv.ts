import { css, html, nothing, type TemplateResult } from 'lit';
import { gatewayAddress } from '../address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatNumber } from '../format.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { RequestError } from '../request-error.ts';
import { basics, controls } from '../styles.ts';
import { signalOf } from './gateway-health.ts';
import { gatewayStyles } from './gateway-styles.ts';
import { ImprovClient, ImprovFailure, type NewBoard, type WifiNetwork } from './improv.ts';
import { type NewGatewayStep, setUpGateway } from './new-gateway.ts';
import { openSerial, type SerialLine, type SerialPort, serialOf } from './serial-line.ts';
import '../parts/jg-notice.ts';
import { pageStyles } from '../parts/page-styles.ts';

/** `asking`: who is there; `ready`: the form; then what a gateway is at; `done`: it is paired. */
type State = 'idle' | 'asking' | 'ready' | NewGatewayStep | 'done';

/** Gives a gateway at a USB port of this computer its WiFi, and pairs it with this host. */
export class JgImprov extends JgElement {
  static override properties = {
    state: { state: true },
    board: { state: true },
    networks: { state: true },
    made: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    gatewayStyles,
    css`
      form {
        justify-items: stretch;
        max-width: 26rem;
        gap: 1rem;
      }
    `,
  ];

  declare state: State;
  declare board: NewBoard | null;
  /** null: looked for. */
  declare networks: readonly WifiNetwork[] | null;
  declare made: { readonly gateway: string; readonly isConnected: boolean } | null;
  declare error: unknown;
  #client: ImprovClient | null = null;
  #line: SerialLine | null = null;
  /** A board answers one question at a time. */
  #scanning: Promise<void> = Promise.resolve();

  constructor() {
    super();
    this.state = 'idle';
    this.board = null;
    this.networks = null;
    this.made = null;
    this.error = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    void this.#end();
  }

  protected override render(): TemplateResult {
    const { improv } = words().gatewayPages;
    return html`<section class="panel" aria-labelledby="improv">
      <div>
        <h2 id="improv">${improv.title}</h2>
        <p class="muted">${improv.intro}</p>
      </div>
      ${this.#body()}
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${this.#errorWords()}></jg-notice>`}
    </section>`;
  }

  #body(): TemplateResult {
    const { improv } = words().gatewayPages;
    switch (this.state) {
      case 'idle': {
        const hasSerial = serialOf(navigator) !== undefined;
        return html`${hasSerial ? html`<p>${improv.plug}</p>` : html`<jg-notice kind="warn" .text=${improv.noSerial}></jg-notice>`}
          <div><button class="primary" ?disabled=${!hasSerial} @click=${this.#open}>${improv.start}</button></div>`;
      }
      case 'asking':
        return html`<p role="status">${improv.opening}</p>`;
      case 'done':
        return this.#done();
      default:
        return this.#form();
    }
  }

  #form(): TemplateResult {
    const { improv } = words().gatewayPages;
    const { device = '', firmware = '', chip = '', hasWifi = true } = this.board ?? {};
    const isBusy = this.state !== 'ready';
    return html`<p>${improv.found(device, firmware, chip)}</p>
      <form @submit=${this.#submit}>
        ${hasWifi ? this.#wifi(isBusy) : nothing}
        <label class="field"
          ><span>${improv.name}</span
          ><input name="id" maxlength="64" pattern="[a-z0-9][a-z0-9_\\-]*" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="name-help" ?readonly=${isBusy} /><span
            id="name-help"
            class="small muted"
            >${improv.nameHelp}</span
          ></label
        >
        <p role="status">${this.state === 'joining' || this.state === 'pairing' ? improv.steps[this.state] : ''}</p>
        <div class="row">
          <button class="primary" ?disabled=${isBusy}>${improv.submit}</button>
          <button type="button" @click=${() => void this.#end()}>${improv.cancel}</button>
        </div>
      </form>`;
  }

  #wifi(isBusy: boolean): TemplateResult {
    const { improv } = words().gatewayPages;
    const { networks } = this;
    const found =
      networks === null ? improv.scanning : improv.heard(formatNumber(networks.length, locale(), 0));
    return html`<label class="field"
        ><span>${improv.wifi}</span
        ><input name="wifiName" list="heard" required maxlength="32" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="wifi-help" ?readonly=${isBusy} /><span
          id="wifi-help"
          class="small muted"
          >${improv.wifiHelp}</span
        ></label
      >
      <datalist id="heard">
        ${(networks ?? []).map(({ name, rssiDbm }) => html`<option value=${name}>${words().life.signals[signalOf(rssiDbm).is]}</option>`)}
      </datalist>
      <p class="row small">
        <span role="status">${found}</span>
        <button type="button" class="quiet" ?disabled=${isBusy || networks === null} @click=${this.#scan}>${improv.again}</button>
      </p>
      <label class="field"
        ><span>${improv.password}</span
        ><input name="wifiPassword" type="password" maxlength="64" autocomplete="off" aria-describedby="secret" ?readonly=${isBusy} /><span
          id="secret"
          class="small muted"
          >${improv.secret}</span
        ></label
      >`;
  }

  #done(): TemplateResult {
    const { improv } = words().gatewayPages;
    const { gateway = '', isConnected = false } = this.made ?? {};
    return html`<p role="status" class=${isConnected ? 'well' : 'warn'}>${isConnected ? improv.done(gateway) : improv.stored(gateway)}</p>
      <div class="row">
        ${linkTo(gatewayAddress(gateway), words().pairing.open, 'button')}
        <button @click=${() => {
          this.state = 'idle';
        }}>${improv.another}</button>
      </div>`;
  }

  #errorWords(): string {
    const { improv } = words().gatewayPages;
    const { error } = this;
    if (error instanceof ImprovFailure) return improv.faults[error.fault] ?? (error.message || improv.failed);
    return error instanceof RequestError ? errorText(error) : improv.failed;
  }

  readonly #open = async (): Promise<void> => {
    const serial = serialOf<SerialPort>(navigator);
    if (serial === undefined) return;
    this.error = null;
    let port: SerialPort;
    try {
      port = await serial.requestPort();
    } catch {
      // Nothing was chosen.
      return;
    }
    this.state = 'asking';
    const client = new ImprovClient({ write: bytes => this.#line?.write(bytes) });
    this.#client = client;
    try {
      this.#line = await openSerial(
        port,
        bytes => client.take(bytes),
        () => void this.#end(new ImprovFailure('gone')),
      ).catch(() => {
        throw new ImprovFailure('port');
      });
      this.board = await client.hello();
      this.state = 'ready';
      if (this.board.hasWifi) this.#scan();
    } catch (error) {
      if (this.#client === client) await this.#end(error);
    }
  };

  /** A gateway that hears no network can be told one. */
  #scan(): void {
    const client = this.#client;
    this.networks = null;
    const look = async () => {
      const found = await client?.networks().catch(() => []);
      if (client === this.#client) this.networks = found ?? [];
    };
    this.#scanning = look();
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(given.get(name) ?? '');
    void this.#setUp({ wifiName: text('wifiName'), wifiPassword: text('wifiPassword') }, text('id'));
  }

  async #setUp(order: Parameters<typeof setUpGateway>[1], id: string): Promise<void> {
    const client = this.#client;
    if (client === null || this.state !== 'ready') return;
    this.error = null;
    this.state = 'joining';
    await this.#scanning;
    try {
      const newCode = () => api.newPairing(id === '' ? {} : { gateway: id });
      const made = await setUpGateway(client, order, newCode, step => {
        this.state = step;
      });
      await this.#end();
      this.made = made;
      this.state = 'done';
      this.tell('jg-refresh');
    } catch (error) {
      if (client !== this.#client) return;
      this.state = 'ready';
      this.error = error;
    }
  }

  /** Lets the port go. */
  async #end(error: unknown = null): Promise<void> {
    const [client, line] = [this.#client, this.#line];
    this.#client = null;
    this.#line = null;
    this.state = 'idle';
    this.error = error;
    client?.stop();
    await line?.close();
  }
}

customElements.define('jg-improv', JgImprov);
