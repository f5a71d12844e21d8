import type { Numbering } from '@fanzha/vocabulary';
import type { Clock, Config, Pack, RouteBinding, Vault } from '../../platform/index.ts';
import type { LineBook } from '../line.model.ts';
import { createCallSigner } from '../stir/call-signing.service.ts';
import type { SigningKey } from '../stir/signing-key.model.ts';
import { openSigningKeys } from '../stir/signing-key.service.ts';
import { signingKeyFile } from '../stir/signing-key.store.ts';
import { CallAnswerFile } from './call-answer.model.ts';
import type { AnswerHeaders } from './call-answer.service.ts';
import type { CallSetting } from './call-setting.model.ts';
import { callSigningRoutes } from './call-signing.routes.ts';
import { createCards } from './card.service.ts';
import { createRichData } from './rich-data.service.ts';

export interface CallSigningParts {
  readonly pack: Pack;
  readonly numbering: Numbering;
  readonly config: Pick<Config, 'data' | 'publicUrl'>;
  readonly setting: CallSetting;
  readonly lines: Pick<LineBook, 'find'>;
  readonly vault: Vault;
  readonly clock: Clock;
}

/** Everything that is signed about calls: what goes with answers, and what others ask for. */
export interface CallSigning {
  readonly headers: AnswerHeaders;
  readonly routes: RouteBinding[];
}

export function openCallSigning(parts: CallSigningParts): CallSigning {
  const { pack, numbering, config, setting, lines, vault, clock } = parts;
  const file = pack.read('call-answers.json', CallAnswerFile);
  const keys = openSigningKeys(signingKeyFile(config.data, vault), clock);
  const { publicUrl } = config;
  const certificateUrl = ({ id, url }: SigningKey): string | undefined =>
    url ?? (publicUrl === undefined ? undefined : `${publicUrl}/v1/calls/certificates/${id}`);
  const { operator } = setting;
  const cards = createCards({
    setting: file.cards,
    contact: operator === undefined ? undefined : { name: operator.name, ...operator.appeal },
    publicUrl,
    keys,
    certificateUrl,
    vault,
    clock,
  });
  const richData = createRichData({
    setting: file.displayName,
    language: setting.language ?? file.language.value,
    issuer: operator?.name,
    icon: setting.icon,
    keys,
    certificateUrl,
    numbering,
    clock,
  });
  const customerTrunks = setting.customerTrunks ?? [];
  const signer = createCallSigner({ keys, certificateUrl, numbering, customerTrunks, lines, vault, clock });
  return {
    headers: { card: (decision) => cards.header(decision), richData },
    routes: callSigningRoutes(signer, cards, keys),
  };
}
