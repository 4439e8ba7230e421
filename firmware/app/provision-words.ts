import { deepFreeze } from '../core/freeze.ts';
import type { ProvisionState } from './provision.ts';
import type { ProvisionFault } from './provision-order.ts';

export interface ProvisionWords {
  readonly title: string;
  readonly intro: string;
  readonly wifi: string;
  readonly wifiHelp: string;
  readonly password: string;
  readonly keptPassword: string;
  readonly host: string;
  readonly hostHelp: string;
  readonly code: string;
  readonly codeHelp: string;
  readonly submit: string;
  readonly scan: string;
  readonly states: Readonly<Record<ProvisionState, string>>;
  readonly faults: Readonly<Record<ProvisionFault, string>>;
}

const en: ProvisionWords = {
  title: 'Set up this gateway',
  intro: 'Tell it its WiFi and the code that “Add gateway” shows on the page of your Joulegate host.',
  wifi: 'WiFi network',
  wifiHelp: '2.4 GHz; choose one or type its name.',
  password: 'Its password',
  keptPassword: 'Empty: the one given before.',
  host: 'Address of the host',
  hostHelp: 'Such as 192.168.1.10:8080. Empty: it is looked for.',
  code: 'Pairing code',
  codeHelp: '12 letters and digits; dashes do not matter.',
  submit: 'Set up',
  scan: 'Look for networks again',
  states: {
    waiting: 'Not set up yet.',
    joining: 'Joining the WiFi network…',
    joined: 'It is on the WiFi network. The host and the code are still needed.',
    searching: 'Looking for the host…',
    pairing: 'Pairing with the host…',
    connecting: 'Paired. The first connection is made…',
    stored: 'Paired, but not connected yet. It restarts in a minute and goes on trying.',
    done: 'Done: it is connected. It restarts now and appears on the page of the host.',
  },
  faults: {
    busy: 'It is at work already. Wait until that has ended.',
    'wifi.missing': 'The name of the WiFi network is missing. Choose one.',
    'wifi.length': 'A WiFi name has at most 32 bytes, a password 8 to 64. Look at both again.',
    'wifi.password': 'The WiFi network refused the password. Type it again; capitals matter.',
    'wifi.timeout':
      'The WiFi network could not be joined within 30 s. Is it 2.4 GHz, near enough, and its name right?',
    'host.form':
      'This is no address of a host. A name or an IPv4 address is allowed, such as 192.168.1.10:8080.',
    'host.none': 'No host was found in this network. Type its address; “Add gateway” on its page shows it.',
    'host.many': 'Several hosts were found. Choose one of them as address.',
    'host.unreachable':
      'The host does not answer. Is it running, in this network, and not on its own machine alone?',
    'host.other':
      'There is something at this address, but it is no Joulegate host that pairs. Look at address and port.',
    'host.false':
      'What answered there does not know the code, so nothing was taken from it. Look at the address.',
    'host.full': 'The host has as many gateways as it takes.',
    'code.form': 'This cannot be a code: it has 12 letters and digits and no U. Look at it again.',
    'code.wrong':
      'The host does not know this code. Look at it again, or make a new one; after five wrong tries codes end.',
    'code.spent': 'This code has been used or ended. Make a new one on the page of the host.',
    'code.expired': 'This code has expired after 15 minutes. Make a new one on the page of the host.',
    'code.dead': 'This code ended because wrong ones were tried. Make a new one on the page of the host.',
    'code.tries': 'The host has refused too many tries. Wait five minutes, then try again.',
    store: 'What the host gave could not be stored. Restart the gateway and use the same code again.',
    broker: 'The host gave its access, but its broker cannot be reached or refused it.',
  },
};

const de: ProvisionWords = {
  title: 'Dieses Gateway einrichten',
  intro:
    'Es braucht Ihr WLAN und den Code, den „Gateway hinzufügen“ auf der Seite Ihres Joulegate-Hosts zeigt.',
  wifi: 'WLAN',
  wifiHelp: '2,4 GHz; wählen oder den Namen eingeben.',
  password: 'Sein Passwort',
  keptPassword: 'Leer: das zuvor eingegebene.',
  host: 'Adresse des Hosts',
  hostHelp: 'Etwa 192.168.1.10:8080. Leer: er wird gesucht.',
  code: 'Kopplungscode',
  codeHelp: '12 Buchstaben und Ziffern; Striche sind gleichgültig.',
  submit: 'Einrichten',
  scan: 'Noch einmal nach WLANs suchen',
  states: {
    waiting: 'Noch nicht eingerichtet.',
    joining: 'Verbindet sich mit dem WLAN …',
    joined: 'Es ist im WLAN. Host und Code fehlen noch.',
    searching: 'Sucht den Host …',
    pairing: 'Koppelt sich mit dem Host …',
    connecting: 'Gekoppelt. Die erste Verbindung wird aufgebaut …',
    stored: 'Gekoppelt, aber noch nicht verbunden. Es startet in einer Minute neu und versucht es weiter.',
    done: 'Fertig: Es ist verbunden. Es startet jetzt neu und erscheint auf der Seite des Hosts.',
  },
  faults: {
    busy: 'Es ist schon an der Arbeit. Warten Sie, bis das zu Ende ist.',
    'wifi.missing': 'Der Name des WLANs fehlt. Wählen Sie eines.',
    'wifi.length':
      'Ein WLAN-Name hat höchstens 32 Bytes, ein Passwort 8 bis 64. Sehen Sie beide noch einmal an.',
    'wifi.password':
      'Das WLAN hat das Passwort abgelehnt. Geben Sie es noch einmal ein; Großbuchstaben zählen.',
    'wifi.timeout':
      'Das WLAN war in 30 s nicht zu erreichen. Hat es 2,4 GHz, ist es nah genug und der Name richtig?',
    'host.form':
      'Das ist keine Adresse eines Hosts. Erlaubt ist ein Name oder eine IPv4-Adresse, etwa 192.168.1.10:8080.',
    'host.none':
      'In diesem Netz wurde kein Host gefunden. Geben Sie seine Adresse ein; „Gateway hinzufügen“ zeigt sie.',
    'host.many': 'Mehrere Hosts wurden gefunden. Wählen Sie einen davon als Adresse.',
    'host.unreachable':
      'Der Host antwortet nicht. Läuft er, ist er in diesem Netz und nicht nur auf seinem eigenen Rechner erreichbar?',
    'host.other':
      'Unter dieser Adresse ist etwas, aber kein Joulegate-Host, der koppelt. Prüfen Sie Adresse und Port.',
    'host.false':
      'Was dort antwortete, kennt den Code nicht; nichts davon wurde übernommen. Prüfen Sie die Adresse.',
    'host.full': 'Der Host hat so viele Gateways, wie er annimmt.',
    'code.form':
      'Das kann kein Code sein: Er hat 12 Buchstaben und Ziffern und kein U. Sehen Sie ihn noch einmal an.',
    'code.wrong':
      'Der Host kennt diesen Code nicht. Prüfen Sie ihn oder machen Sie einen neuen; nach fünf falschen Versuchen enden Codes.',
    'code.spent': 'Dieser Code wurde benutzt oder beendet. Machen Sie auf der Seite des Hosts einen neuen.',
    'code.expired':
      'Dieser Code ist nach 15 Minuten abgelaufen. Machen Sie auf der Seite des Hosts einen neuen.',
    'code.dead':
      'Dieser Code ist beendet, weil falsche probiert wurden. Machen Sie auf der Seite des Hosts einen neuen.',
    'code.tries':
      'Der Host hat zu viele Versuche abgelehnt. Warten Sie fünf Minuten und versuchen Sie es dann noch einmal.',
    store:
      'Was der Host gab, ließ sich nicht speichern. Starten Sie das Gateway neu und nehmen Sie denselben Code.',
    broker:
      'Der Host hat den Zugang gegeben, aber sein Broker ist nicht zu erreichen oder hat ihn abgelehnt.',
  },
};

const pt: ProvisionWords = {
  title: 'Configurar este gateway',
  intro:
    'Ele precisa do seu Wi-Fi e do código que “Adicionar gateway” mostra na página do seu servidor Joulegate.',
  wifi: 'Rede Wi-Fi',
  wifiHelp: '2,4 GHz; escolha uma ou escreva o nome.',
  password: 'A palavra-passe dela',
  keptPassword: 'Vazio: a que foi dada antes.',
  host: 'Endereço do servidor',
  hostHelp: 'Por exemplo 192.168.1.10:8080. Vazio: ele é procurado.',
  code: 'Código de emparelhamento',
  codeHelp: '12 letras e algarismos; os traços não importam.',
  submit: 'Configurar',
  scan: 'Procurar redes de novo',
  states: {
    waiting: 'Ainda não configurado.',
    joining: 'A entrar na rede Wi-Fi…',
    joined: 'Está na rede Wi-Fi. Faltam ainda o servidor e o código.',
    searching: 'À procura do servidor…',
    pairing: 'A emparelhar com o servidor…',
    connecting: 'Emparelhado. A fazer a primeira ligação…',
    stored: 'Emparelhado, mas ainda não ligado. Reinicia dentro de um minuto e continua a tentar.',
    done: 'Pronto: está ligado. Reinicia agora e aparece na página do servidor.',
  },
  faults: {
    busy: 'Ele já está a trabalhar. Espere até que termine.',
    'wifi.missing': 'Falta o nome da rede Wi-Fi. Escolha uma.',
    'wifi.length': 'O nome de uma rede tem no máximo 32 bytes, a palavra-passe de 8 a 64. Confira os dois.',
    'wifi.password': 'A rede Wi-Fi recusou a palavra-passe. Escreva-a de novo; as maiúsculas contam.',
    'wifi.timeout':
      'Não foi possível entrar na rede em 30 s. Ela é de 2,4 GHz, está perto e o nome está certo?',
    'host.form':
      'Isto não é o endereço de um servidor. É permitido um nome ou um endereço IPv4, como 192.168.1.10:8080.',
    'host.none':
      'Nenhum servidor foi encontrado nesta rede. Escreva o endereço; “Adicionar gateway” o mostra.',
    'host.many': 'Vários servidores foram encontrados. Escolha um deles como endereço.',
    'host.unreachable': 'O servidor não responde. Ele está ligado, nesta rede, e não só na própria máquina?',
    'host.other':
      'Há algo neste endereço, mas não é um servidor Joulegate que emparelhe. Confira endereço e porta.',
    'host.false': 'O que respondeu ali não conhece o código; nada foi aceito. Confira o endereço.',
    'host.full': 'O servidor já tem todos os gateways que aceita.',
    'code.form': 'Isto não pode ser um código: ele tem 12 letras e algarismos e nenhum U. Confira-o.',
    'code.wrong':
      'O servidor não conhece este código. Confira-o ou crie outro; após cinco tentativas erradas os códigos terminam.',
    'code.spent': 'Este código foi usado ou encerrado. Crie outro na página do servidor.',
    'code.expired': 'Este código expirou após 15 minutos. Crie outro na página do servidor.',
    'code.dead':
      'Este código terminou porque códigos errados foram tentados. Crie outro na página do servidor.',
    'code.tries': 'O servidor recusou tentativas demais. Espere cinco minutos e tente de novo.',
    store: 'Não foi possível guardar o que o servidor deu. Reinicie o gateway e use o mesmo código.',
    broker: 'O servidor deu o acesso, mas o broker dele não responde ou o recusou.',
  },
};

const words = deepFreeze({ en, de, pt } as const);
type Language = keyof typeof words;

const isLanguage = (text: string): text is Language => text === 'en' || text === 'de' || text === 'pt';

/** The first language of an `Accept-Language` that the page speaks, else English. */
export function languageOf(accepted: string | undefined): Language {
  for (const wanted of (accepted ?? '').slice(0, 256).split(',')) {
    const found = wanted.trim().slice(0, 2).toLowerCase();
    if (isLanguage(found)) return found;
  }
  return 'en';
}

export const wordsOf = (language: Language): ProvisionWords => words[language];
