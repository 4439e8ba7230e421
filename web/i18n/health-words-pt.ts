import type { HealthWords } from './health-words-en.ts';

/** Portuguese of why the host is not well. */
export const healthWordsPt: HealthWords = {
  codes: {
    'commit.failing':
      'O que chega não pode ser gravado no disco. Tenta-se de novo; entretanto os gateways guardam-no.',
    'disk.nearlyFull': 'O disco está quase cheio. Liberte espaço, ou escolha uma retenção mais curta.',
    'disk.unreadable': 'Não se consegue saber quão cheio está o disco.',
    'intake.paused': 'O disco está cheio: os gateways guardam o que medem até haver espaço.',
    'store.restored': 'A base de dados estava danificada; recuperou-se dela o que foi possível.',
    'store.notEnded':
      'Da última vez o servidor não foi terminado em ordem: foi interrompido ou ficou sem energia. O que ainda não estava no disco é enviado de novo pelos gateways.',
    'store.recordsLost':
      'A base de dados perdeu registos já confirmados, e os gateways já não os têm. As contas mostram que tempos faltam.',
    'backup.failed': 'A última cópia de segurança falhou, ou não era igual à base de dados.',
    'archive.unreadable':
      'Faltam ficheiros do arquivo, ou estão danificados: reponha-os de uma cópia de segurança.',
    'audit.failing': 'As alterações não podem ser registadas; a tentativa repete-se.',
    'modbusServer.failing': 'Quem pede um contador por Modbus TCP não recebe valores.',
    'notify.failing': 'Um canal não aceita mensagens há mais de uma hora.',
    'alarms.leftOut':
      'Há regras de alarme que não vigiam todos os seus contadores: juntas já vigiam tantos quantos o servidor permite.',
    'loop.slow': 'O servidor responde devagar: o computador tem mais que fazer do que consegue.',
    'forward.failing': 'O que é reencaminhado está à espera: o outro lado não aceita nada há dez minutos.',
    'forward.missed':
      'Algo não é reencaminhado: esperou demasiado, o outro lado recusou, ou o nome não cabe lá.',
    'broker.away': 'Não se consegue chegar ao broker externo.',
  },
  facts: {
    room: (free, size) => `${free} de ${size} estão livres.`,
    resumes: needed => `A gravação continua com mais de ${needed} livres.`,
    outcomes: {
      walCut: 'O fim do seu registo não se pôde usar; tudo o que vem antes ficou.',
      restored: 'No seu lugar está a cópia de segurança boa mais recente.',
      begunAnew: 'Não havia cópia de segurança boa: começou uma nova.',
    },
    setAside: folder =>
      `O que estava danificado está em ${folder}. Os gateways enviam de novo o que ainda têm.`,
    readBack: (commits, bytes) =>
      `Gravações lidas do registo da base de dados: ${commits}; deixado de fora, por não estar acabado: ${bytes}.`,
    lost: (records, gateways, at) => `Registos: ${records}; gateways: ${gateways}; encontrados em ${at}.`,
    file: file => `Ficheiro: ${file}.`,
    files: (file, more) => `Ficheiro: ${file}, e mais ${more}.`,
    waits: (wait, most) => `1 % das esperas durou ${wait} ou mais; até ${most} está tudo bem.`,
    since: (id, at) => `${id}, desde ${at}.`,
    leftOut: (rules, most) =>
      `Regras que deixam contadores de fora: ${rules}. Juntas, as regras vigiam ${most} contadores, cada um contado por regra: deixe algumas vigiar só um gateway ou um contador, ou remova regras.`,
    away: url => `Não há ligação a ${url}. A tentativa repete-se.`,
  },
};
