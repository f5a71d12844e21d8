import { createPrivateKey } from 'node:crypto';
import type { Clock } from '../../platform/index.ts';
import { type IssuedCertificate, issueCertificate } from './certificate-issue.model.ts';
import { providerAuthority } from './der-writing.model.ts';
import {
  type KeptKey,
  type KeptKeys,
  readSigningKey,
  type SigningKey,
  SigningKeyRefused,
} from './signing-key.model.ts';
import type { SigningKeyFile } from './signing-key.store.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
/** A CA of one's own lasts as long as handsets that were told to trust it. */
const ISSUER_YEARS = 20;
/** Certificates made here are made anew when so little is left of them. */
const RENEW_MS = 30 * DAY_MS;
/** Another process may have changed the file: it is looked at again after so long. */
const LOOK_MS = 1000;
/** Clocks of others go wrong by hours, seldom by a day. */
const BACKDATED_MS = DAY_MS;

/** The keys that sign calls and cards. */
export interface SigningKeys {
  /** The key that signs now; made on first use. */
  current(): SigningKey;
  /** PEM chain of a key that signs or has signed. */
  chain(id: string): string | undefined;
  list(): readonly SigningKey[];
  /** Makes a key with a certificate of the installation's own CA, and signs with it from now on. */
  rotate(providerCodes?: readonly string[]): SigningKey;
  /** Takes in the operator's own key. Throws SigningKeyRefused. */
  import(given: Pick<KeptKey, 'privateKey' | 'chain' | 'url'>): SigningKey;
  /** Signs with a key that is there already. Throws SigningKeyRefused. */
  use(id: string): SigningKey;
}

export function openSigningKeys(file: SigningKeyFile, clock: Clock): SigningKeys {
  return new Keys(file, clock);
}

interface Open {
  readonly stamp: string;
  readonly kept: KeptKeys;
  readonly keys: ReadonlyMap<string, SigningKey>;
}

class Keys implements SigningKeys {
  readonly #file: SigningKeyFile;
  readonly #clock: Clock;
  #open: Open | undefined;
  #lookedAt = 0;

  constructor(file: SigningKeyFile, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  current(): SigningKey {
    const { kept, keys } = this.#look();
    const key = keys.get(kept.current);
    if (key === undefined) throw new Error('the signing key that is in use is not among those kept');
    const ends = key.certificate.notAfter - this.#clock.now();
    if (key.origin === 'imported' || ends > RENEW_MS) return key;
    return this.rotate(key.certificate.authority?.providers);
  }

  chain(id: string): string | undefined {
    return this.#look().keys.get(id)?.chain;
  }

  list(): readonly SigningKey[] {
    return [...this.#look().keys.values()];
  }

  rotate(providerCodes: readonly string[] = []): SigningKey {
    const { kept } = this.#look();
    return this.#add(kept, this.#make(kept.issuer, providerCodes));
  }

  import({ privateKey, chain, url }: Pick<KeptKey, 'privateKey' | 'chain' | 'url'>): SigningKey {
    const { kept } = this.#look();
    const given = {
      origin: 'imported',
      madeAt: this.#clock.date().toISOString(),
      privateKey,
      chain,
    } as const;
    const key = { ...given, ...(url === undefined ? {} : { url }) };
    if (readSigningKey(key).certificate.notAfter < this.#clock.now())
      throw new SigningKeyRefused('the certificate has expired');
    return this.#add(kept, key);
  }

  use(id: string): SigningKey {
    const { kept, keys } = this.#look();
    const key = keys.get(id);
    if (key === undefined) throw new SigningKeyRefused(`there is no key ${id}`);
    this.#save({ ...kept, current: id });
    return key;
  }

  #look(): Open {
    const now = this.#clock.now();
    if (this.#open !== undefined && Math.abs(now - this.#lookedAt) < LOOK_MS) return this.#open;
    this.#lookedAt = now;
    const stamp = this.#file.stamp();
    if (this.#open !== undefined && this.#open.stamp === stamp) return this.#open;
    const kept = this.#file.read();
    return kept === undefined ? this.#save(this.#first()) : this.#adopt(kept);
  }

  #add(kept: KeptKeys, key: Omit<KeptKey, 'id'>): SigningKey {
    const read = readSigningKey(key);
    const others = kept.keys.filter(({ id }) => id !== read.id);
    this.#save({ ...kept, current: read.id, keys: [...others, { ...key, id: read.id }] });
    return read;
  }

  #save(kept: KeptKeys): Open {
    this.#file.write(kept);
    return this.#adopt(kept);
  }

  #adopt(kept: KeptKeys): Open {
    const keys = new Map(kept.keys.map((key) => [key.id, readSigningKey(key)]));
    this.#open = { stamp: this.#file.stamp(), kept, keys };
    return this.#open;
  }

  #first(): KeptKeys {
    const now = this.#clock.now();
    const name = 'Fanzha call signing CA';
    const until = now + ISSUER_YEARS * YEAR_MS;
    const issued = issueCertificate({ name, ca: true, from: now - BACKDATED_MS, until });
    const issuer = { name, privateKey: pemOf(issued), pem: issued.pem };
    const key = this.#make(issuer, []);
    const { id } = readSigningKey(key);
    return { current: id, keys: [{ ...key, id }], issuer };
  }

  #make(issuer: KeptKeys['issuer'], codes: readonly string[]): Omit<KeptKey, 'id'> {
    const now = this.#clock.now();
    const made = issueCertificate({
      name: 'Fanzha call signing',
      by: { name: issuer.name, pem: issuer.pem, key: createPrivateKey(issuer.privateKey) },
      from: now - BACKDATED_MS,
      until: now + YEAR_MS,
      ...(codes.length === 0 ? {} : { authority: providerAuthority(codes) }),
    });
    return {
      origin: 'made',
      madeAt: this.#clock.date().toISOString(),
      privateKey: pemOf(made),
      chain: made.pem + issuer.pem,
    };
  }
}

const pemOf = ({ key }: IssuedCertificate): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
