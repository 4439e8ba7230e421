import type { LineSettings } from '../../host/api/contract.ts';
import { errorText } from '../error-text.ts';
import { words } from '../i18n/language.ts';
import { RefusedByGateway, SilentGateway } from './line-link.ts';

type Speed = Pick<LineSettings, 'kind' | 'baud' | 'parity' | 'stopBits'>;

/** "9600 baud, no parity, 1 stop bit", with what a line has where its settings say nothing. */
export function speedText({ baud = 9600, parity = 'none', stopBits = 1 }: Omit<Speed, 'kind'>): string {
  const { pages } = words().gatewayPages;
  return pages.speed(String(baud), pages.parities[parity] ?? parity, pages.stopBits(stopBits));
}

/** Words for a command that was not done. */
export const commandErrorText = (error: unknown): string =>
  error instanceof RefusedByGateway
    ? words().gatewayPages.pages.gatewaySays(error.message)
    : error instanceof SilentGateway
      ? words().gatewayPages.pages.gatewaySilent
      : errorText(error);
