import type { ImprovWords } from './improv-words-en.ts';

/** Portuguese of setting up a new gateway by its serial port. */
export const improvWordsPt: ImprovWords = {
  title: 'Dar-lhe a rede e emparelhá-lo',
  intro: 'Pelo mesmo cabo USB: escolha aqui o Wi-Fi; o código de emparelhamento vai sozinho para o gateway.',
  noSerial:
    'Este navegador não alcança portas USB. Use Chrome, Edge ou Opera num computador, por https ou na própria máquina do servidor; ou configure o gateway pelo Wi-Fi dele, como abaixo.',
  plug: 'Ligue o gateway. Feche outros programas que usem a porta.',
  start: 'Escolher a porta',
  opening: 'Pergunta-se ao gateway quem é. Depois de um arranque demora alguns segundos.',
  found: (device, firmware, chip) => `${device}: firmware ${firmware} em ${chip}.`,
  name: 'Nome do gateway',
  nameHelp: 'Minúsculas, algarismos, - e _. Vazio: um nome próprio.',
  wifi: 'Rede Wi-Fi',
  wifiHelp: '2,4 GHz; escolha uma que ele ouça, ou escreva o nome.',
  password: 'Palavra-passe do Wi-Fi',
  secret: 'Vai pelo cabo só para o gateway; este servidor e o navegador não guardam nada.',
  heard: count => `Redes que ouve: ${count}`,
  scanning: 'Está à procura de redes…',
  again: 'Procurar de novo',
  submit: 'Ligar e emparelhar',
  cancel: 'Cancelar',
  steps: { joining: 'Está a entrar na rede…', pairing: 'Está a emparelhar com este servidor…' },
  done: gateway =>
    `Está emparelhado como “${gateway}” e ligado. Reinicia e aparece aqui dentro de um minuto.`,
  stored: gateway =>
    `Está emparelhado como “${gateway}”, mas ainda não alcançou o broker. Reinicia dentro de um minuto e continua a tentar.`,
  another: 'Configurar outro',
  noCable: 'Sem cabo',
  noCableHelp:
    'Um gateway novo abre um Wi-Fi próprio, “Joulegate …”, cuja página pede um código de emparelhamento.',
  failed: 'Não resultou.',
  faults: {
    silent:
      'Ali nada responde como um gateway por configurar. É a porta certa, e o firmware está nele? Um gateway já configurado abre durante 5 minutos depois de premir brevemente o botão.',
    other: 'Ali responde outra coisa, não um gateway Joulegate.',
    port: 'Não foi possível abrir a porta. Feche outros programas que a usem, como um monitor série.',
    gone: 'O gateway foi desligado do cabo.',
    refused: 'O gateway não percebeu. Reinicie-o e tente de novo.',
    busy: 'Já está a trabalhar. Espere até que termine.',
    'wifi.missing': 'Falta o nome da rede Wi-Fi. Escolha uma.',
    'wifi.length': 'O nome de uma rede tem no máximo 32 bytes, a palavra-passe de 8 a 64. Confira os dois.',
    'wifi.password': 'A rede Wi-Fi recusou a palavra-passe. Escreva-a de novo; as maiúsculas contam.',
    'wifi.timeout': 'Não foi possível entrar na rede em 30 s. É de 2,4 GHz, está perto e o nome está certo?',
    'host.form':
      'Isto não é o endereço de um servidor. É permitido um nome ou um endereço IPv4, como 192.168.1.10:8080.',
    'host.none':
      'Nenhum servidor foi encontrado nesta rede. Escreva o endereço; “Adicionar gateway” mostra-o.',
    'host.many': 'Vários servidores foram encontrados. Escolha um deles como endereço.',
    'host.unreachable': 'O servidor não responde. Está ligado, nesta rede, e não só na própria máquina?',
    'host.other':
      'Há algo neste endereço, mas não é um servidor Joulegate que emparelhe. Confira endereço e porta.',
    'host.false': 'O que respondeu ali não conhece o código; nada foi aceite. Confira o endereço.',
    'host.full': 'O servidor já tem todos os gateways que aceita.',
    'code.form': 'Isto não pode ser um código: tem 12 letras e algarismos e nenhum U. Confira-o.',
    'code.wrong':
      'O servidor não conhece este código. Confira-o ou crie outro; após cinco tentativas erradas os códigos terminam.',
    'code.spent': 'Este código foi usado ou encerrado. Crie outro na página do servidor.',
    'code.expired': 'Este código expirou após 15 minutos. Crie outro na página do servidor.',
    'code.dead':
      'Este código terminou porque foram tentados códigos errados. Crie outro na página do servidor.',
    'code.tries': 'O servidor recusou demasiadas tentativas. Espere cinco minutos e tente de novo.',
    store: 'Não foi possível guardar o que o servidor deu. Reinicie o gateway e use o mesmo código.',
    broker: 'O servidor deu o acesso, mas o seu broker não responde ou recusou-o.',
  },
};
