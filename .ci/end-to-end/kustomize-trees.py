#!/usr/bin/env python3
"""Random kustomization trees, built by the real kustomize and by `registrylint compose`, compared to the byte.

usage: kustomize-trees.py --kustomize "kubectl kustomize" --registrylint PATH [--seed N] [--count N] [--keep DIR]

What registrylint refuses and kustomize builds is counted; another result, or a result where kustomize refuses, fails.
Standard library only, so that it runs everywhere.
"""
import argparse, os, random, shutil, subprocess, sys, tempfile
from collections import Counter

TEXTS = ['a', 'registry.lab:5000', 'quay.io/team', '*.lab.example.com', 'yes', 'no', 'on', 'y', 'true', 'null', '~', '1', '012',
         '0x1F', '1e3', '1_000', '1.10', '.5', '2020-01-01', '12:30', '', ' ', ' lead', 'trail ', 'a: b', 'a #b', '#c', '- x', '[x]',
         '{x}', '&a', '*a', '!t', '|', '>', "it's", 'say "x"', '%p', '@at', '`t`', 'tab\there', 'été', '日本', '😀', 'a\\b', 'line\n',
         'two\nlines', 'two\nlines\n', '\nfirst empty', 'blank \nat end\n', 'word ' * 30, 'x' * 120, '=', '<<', '-', '?', ':', '0o7',
         '1:30', '9007199254740993', '-0', '+1', '.inf', 'NaN', '2001-12-14t21:59:43.10-05:00', 'a,b', 'a\u00a0b', '$(VAR)', '${VAR}']
NUMBERS = ['1', '0', '-5', '012', '0x1F', '1.5', '1e3', '1.0', '9007199254740993', '12345678901234567890', '1e21', '0.0001', '1_000']
PLAIN = ['a', 'registry.lab:5000', 'quay.io/team', 'mirror.lab/x/y', 'docker.io', 'app', 'v1.2.3']
NAMES = ['cluster', 'mirrors', 'cas', 'app', 'web', 'config', 'x-y', 'long-name-for-an-object']
KEYS = ['a', 'b', 'registry.lab..5000', 'key', 'yes', 'n', '5000', 'x.y/z', 'A_b']


def quoted(text, rng):
    """The text as a YAML scalar that reads back as it, in some style."""
    if text and rng.random() < 0.5 and all(c.isalnum() or c in './-_' for c in text) and not text[0] in '-.0123456789':
        return text
    if '\n' not in text and '\t' not in text and '\\' not in text and rng.random() < 0.5:
        return "'" + text.replace("'", "''") + "'"
    out = '"'
    for c in text:
        out += {'"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t'}.get(c, c)
    return out + '"'


class Writer:
    """Writes nested Python values as YAML in varying styles."""
    def __init__(self, rng): self.rng = rng

    def scalar(self, value):
        if value is None: return self.rng.choice(['null', '~', ''])
        if isinstance(value, bool): return 'true' if value else 'false'
        if isinstance(value, Raw): return value.text
        return quoted(str(value), self.rng)

    def flow(self, value):
        if isinstance(value, dict): return '{' + ', '.join('%s: %s' % (self.key(k), self.flow(v)) for k, v in value.items()) + '}'
        if isinstance(value, list): return '[' + ', '.join(self.flow(v) for v in value) + ']'
        text = self.scalar(value)
        return 'null' if text == '' else text

    def key(self, key): return quoted(key, self.rng)

    def block(self, value, indent=0):
        pad = ' ' * indent
        out = ''
        if isinstance(value, dict):
            for k, v in value.items():
                if self.rng.random() < 0.03: out += pad + '# comment\n'
                if isinstance(v, (dict, list)) and v and self.rng.random() > 0.12:
                    if isinstance(v, list):
                        deeper = indent if self.rng.random() < 0.5 else indent + 2
                        out += pad + self.key(k) + ':\n' + self.block(v, deeper)
                    else:
                        out += pad + self.key(k) + ':\n' + self.block(v, indent + 2)
                elif isinstance(v, (dict, list)):
                    out += pad + self.key(k) + ': ' + self.flow(v) + '\n'
                else:
                    out += self.entry(pad + self.key(k) + ':', v, indent)
        else:
            for v in value:
                if isinstance(v, dict) and v and self.rng.random() > 0.12:
                    inner = self.block(v, indent + 2)
                    out += pad + '- ' + inner.lstrip(' ') if not inner.lstrip(' ').startswith('#') else pad + '-\n' + inner
                elif isinstance(v, (dict, list)):
                    out += pad + '- ' + self.flow(v) + '\n'
                else:
                    out += self.entry(pad + '-', v, indent)
        return out

    def entry(self, start, value, indent):
        if isinstance(value, str) and '\n' in value and not value.startswith(('\n', ' ')) and self.rng.random() < 0.6:
            body = value[:-1] if value.endswith('\n') else value
            lines = ''.join(' ' * (indent + 2) + line + '\n' if line else '\n' for line in body.split('\n'))
            return start + (' |\n' if value.endswith('\n') else ' |-\n') + lines
        text = self.scalar(value)
        note = '  # why' if self.rng.random() < 0.03 else ''
        return (start + ' ' + text).rstrip(' ') + note + '\n'


class Raw:
    """A plain scalar as it is written."""
    def __init__(self, text): self.text = text


class Tree:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.files = {}
        self.count = 0
        self.objects = {}          # folder -> [(kind, name)]

    def pick(self, *values): return self.rng.choice(values)
    def chance(self, p): return self.rng.random() < p
    def text(self): return self.rng.choice(TEXTS if self.chance(0.5) else PLAIN)

    def value(self, depth=0):
        r = self.rng.random()
        if depth < 2 and r < 0.12: return {self.rng.choice(KEYS): self.value(depth + 1) for _ in range(self.rng.randint(0, 3))}
        if depth < 2 and r < 0.24: return [self.value(depth + 1) for _ in range(self.rng.randint(0, 3))]
        if r < 0.32: return Raw(self.rng.choice(NUMBERS))
        if r < 0.36: return self.pick(True, False, None)
        return self.text()

    def texts(self, most=4): return [self.text() for _ in range(self.rng.randint(0, most))]

    def metadata(self, name):
        meta = {'name': name}
        if self.chance(0.2): meta['namespace'] = self.pick('openshift-config', 'default', 'team')
        if self.chance(0.3): meta['labels'] = {self.pick('app', 'tier', 'yes'): self.rng.choice(PLAIN) for _ in range(2)}
        if self.chance(0.3): meta['annotations'] = {self.pick('note', 'a/b', 'n'): self.text()}
        return meta

    def object(self):
        kind = self.pick('Image', 'ImageDigestMirrorSet', 'ImageTagMirrorSet', 'ConfigMap', 'Deployment', 'Service', 'Secret',
                         'Namespace', 'MachineConfig', 'ServiceAccount', 'ClusterRoleBinding', 'CustomThing', 'CronJob', 'StatefulSet')
        name = 'cluster' if kind == 'Image' and self.chance(0.8) else self.rng.choice(NAMES)
        if name != 'cluster' and name not in ('cas', 'config') or self.chance(0.5):
            self.count += 1
            name += str(self.count) if kind != 'Image' else ''
        meta = self.metadata(name)
        if kind == 'Image':
            body = {'apiVersion': 'config.openshift.io/v1', 'spec': {
                'registrySources': {self.pick('allowedRegistries', 'blockedRegistries', 'insecureRegistries'): self.texts()},
                'additionalTrustedCA': {'name': self.pick('cas', 'config')}}}
        elif kind.startswith('Image'):
            key = 'imageDigestMirrors' if 'Digest' in kind else 'imageTagMirrors'
            body = {'apiVersion': 'config.openshift.io/v1', 'spec': {key: [
                {'source': self.text(), 'mirrors': self.texts(3)} for _ in range(self.rng.randint(0, 3))]}}
        elif kind == 'ConfigMap':
            body = {'apiVersion': 'v1', 'data': {k: self.text() for k in self.rng.sample(KEYS, self.rng.randint(0, 3))}}
        elif kind == 'Secret':
            body = {'apiVersion': 'v1', 'type': 'Opaque', 'stringData': {'a': self.text()}}
        elif kind in ('Deployment', 'StatefulSet', 'CronJob'):
            pod = {'containers': [
                {'name': n, 'image': self.pick('quay.io/team/app:1', 'app', 'docker.io/x@sha256:' + 'a' * 64, 'r.lab:5000/y'),
                 'env': [{'name': self.pick('A', 'B'), 'value': self.text()}],
                 'envFrom': [{'configMapRef': {'name': self.pick('cas', 'config')}}]} for n in self.rng.sample(['one', 'two', 'three'], 2)]}
            if self.chance(0.4): pod['volumes'] = [{'name': 'v', 'configMap': {'name': self.pick('cas', 'config')}}]
            template = {'metadata': {'labels': {'app': 'x'}}, 'spec': pod}
            if kind == 'CronJob': body = {'apiVersion': 'batch/v1', 'spec': {'schedule': '* * * * *', 'jobTemplate': {'spec': {'template': template}}}}
            else: body = {'apiVersion': 'apps/v1', 'spec': {'replicas': Raw('1'), 'selector': {'matchLabels': {'app': 'x'}}, 'template': template}}
        elif kind == 'Service':
            body = {'apiVersion': 'v1', 'spec': {'selector': {'app': 'x'}, 'ports': [{'port': Raw('80'), 'name': 'http'}]}}
        elif kind == 'ClusterRoleBinding':
            body = {'apiVersion': 'rbac.authorization.k8s.io/v1', 'roleRef': {'apiGroup': 'rbac.authorization.k8s.io', 'kind': 'ClusterRole', 'name': 'view'},
                    'subjects': [{'kind': 'ServiceAccount', 'name': self.pick('app', 'default'), 'namespace': 'team'}]}
        elif kind == 'MachineConfig':
            body = {'apiVersion': 'machineconfiguration.openshift.io/v1', 'spec': {'config': {'ignition': {'version': '3.4.0'}, 'extra': self.value()}}}
        elif kind == 'CustomThing':
            body = {'apiVersion': 'example.com/v1alpha1', 'spec': {k: self.value() for k in self.rng.sample(KEYS, 3)}}
        else:
            body = {'apiVersion': 'v1'}
        items = [('kind', kind), ('metadata', meta)] + list(body.items())
        self.rng.shuffle(items)
        return kind, name, dict(items)

    def dump(self, documents):
        writer = Writer(self.rng)
        text = '---\n'.join(writer.block(d) for d in documents)
        if self.chance(0.05): text = text.replace('\n', '\r\n')
        if self.chance(0.1): text = '# head\n---\n' + text
        if self.chance(0.04): text = '\ufeff' + text
        if self.chance(0.1): text += '---\n'
        return text

    def resource_file(self, folder, index):
        found = [self.object() for _ in range(self.pick(1, 1, 1, 2, 3))]
        documents = [f[2] for f in found]
        if self.chance(0.08): documents = [{'apiVersion': 'v1', 'kind': 'List', 'items': documents}]
        self.objects.setdefault(folder, []).extend((f[0], f[1], f[2]) for f in found)
        name = 'r%d.yaml' % index
        self.files[folder + '/' + name] = self.dump(documents)
        return name

    def target(self, visible):
        kind, name, _ = self.rng.choice(visible) if visible else ('Image', 'cluster', None)
        target = {'kind': self.pick(kind, kind, kind, '.*', 'Image.*', 'Con.*')}
        if self.chance(0.4): target['name'] = self.pick(name, name, '.*', 'c.*')
        if self.chance(0.1): target['namespace'] = self.pick('default', 'openshift-config', '')
        if self.chance(0.08): target['labelSelector'] = self.pick('app', '!app', 'app=app', 'tier in (a, app)')
        if self.chance(0.1): target['version'] = 'v1'
        return target

    def json_patch(self, kind, body):
        """Operations that mostly fit an object, so that most of them succeed."""
        def wild():
            path = self.pick('/metadata/annotations', '/metadata/labels/x~1y', '/spec', '/data/k', '/spec/registrySources/allowedRegistries/-',
                             '/spec/imageDigestMirrors/0/mirrors/-', '/metadata/name', '/spec/replicas')
            operation = {'op': self.pick('add', 'replace', 'remove', 'test'), 'path': path}
            if operation['op'] != 'remove': operation['value'] = self.value()
            return operation
        if self.chance(0.1): return [wild()]
        operations = [{'op': 'add', 'path': '/metadata/annotations', 'value': {'k': self.text()}},
                      {'op': 'add', 'path': '/metadata/labels', 'value': {'x/y': self.rng.choice(PLAIN)}},
                      {'op': self.pick('replace', 'test'), 'path': '/kind', 'value': kind},
                      {'op': 'replace', 'path': '/metadata/name', 'value': self.pick('renamed', body['metadata']['name'])}]
        if 'spec' in body:
            operations += [{'op': 'add', 'path': '/spec/added', 'value': self.value()}, {'op': 'replace', 'path': '/spec', 'value': {'a': self.value()}}]
        for name, values in body.get('spec', {}).get('registrySources', {}).items() if kind == 'Image' else []:
            operations.append({'op': 'add', 'path': '/spec/registrySources/%s/-' % name, 'value': self.text()})
            if values: operations.append({'op': self.pick('replace', 'remove', 'add'), 'path': '/spec/registrySources/%s/0' % name, 'value': self.text()})
        for name in ('imageDigestMirrors', 'imageTagMirrors'):
            for index, entry in enumerate(body.get('spec', {}).get(name, [])):
                operations.append({'op': 'add', 'path': '/spec/%s/%d/mirrors/-' % (name, index), 'value': self.text()})
                operations.append({'op': 'replace', 'path': '/spec/%s/%d/source' % (name, index), 'value': self.text()})
        if kind == 'Deployment':
            operations.append({'op': 'replace', 'path': '/spec/replicas', 'value': Raw('3')})
            operations.append({'op': 'add', 'path': '/spec/template/spec/containers/0/env/-', 'value': {'name': 'P', 'value': self.text()}})
        for key in body.get('data', {}): operations.append({'op': self.pick('replace', 'remove'), 'path': '/data/' + key.replace('/', '~1'), 'value': self.text()})
        return [self.rng.choice(operations)] + ([self.rng.choice(operations[:3])] if self.chance(0.3) else [])

    def merge_patch(self, visible):
        if not visible: return None
        kind, name, body = self.rng.choice(visible)
        patch = {'apiVersion': body['apiVersion'], 'kind': kind, 'metadata': {'name': name}}
        if 'namespace' in body['metadata']: patch['metadata']['namespace'] = body['metadata']['namespace']
        if self.chance(0.3): patch['metadata']['labels'] = {'app': self.pick('patched', None)}
        if kind in ('ConfigMap',): patch['data'] = {self.rng.choice(KEYS): self.pick(None, self.text())}
        elif kind in ('Deployment', 'StatefulSet'):
            patch['spec'] = {'template': {'spec': {'containers': [{'name': self.pick('one', 'two', 'new'), 'image': 'patched:1'}]}}}
            if self.chance(0.2): patch['spec']['template']['spec']['containers'].append({'name': 'three', '$patch': 'delete'})
        elif kind == 'Image':
            patch['spec'] = {'registrySources': self.pick({'allowedRegistries': self.texts()}, {'blockedRegistries': None}, {'$patch': 'replace', 'insecureRegistries': self.texts()})}
        elif kind == 'CustomThing': patch['spec'] = {self.rng.choice(KEYS): self.value()}
        elif self.chance(0.1): patch['$patch'] = 'delete'
        elif kind.startswith('Image'): patch['spec'] = {'imageDigestMirrors': [{'source': self.text(), 'mirrors': self.texts()}]}
        return patch

    def kustomization(self, folder, included, depth, component=False):
        k = {}
        if component: k.update({'apiVersion': 'kustomize.config.k8s.io/v1alpha1', 'kind': 'Component'})
        elif self.chance(0.5): k.update({'apiVersion': 'kustomize.config.k8s.io/v1beta1', 'kind': 'Kustomization'})
        resources = [self.resource_file(folder, i) for i in range(self.rng.randint(0 if included else 1, 2))]
        visible = list(self.objects.get(folder, []))
        for other in included: visible += self.visible[other]
        if self.chance(0.9):
            # Two objects with one id are refused; once in a while is enough.
            ids = [(o[0], o[1]) for o in visible]
            if len(set(ids)) < len(ids): self.collides = True
        paths = [os.path.relpath(other, folder) for other in included]
        if paths and self.chance(0.1): k['bases'] = paths
        else: resources = paths + resources
        if self.chance(0.1): self.rng.shuffle(resources)
        if resources: k['resources'] = resources
        if self.components and not component and self.chance(0.3): k['components'] = [os.path.relpath(self.rng.choice(self.components), folder)]
        if self.chance(0.25): k['namespace'] = self.pick('openshift-config', 'team', 'default')
        if self.chance(0.12): k['namePrefix'] = self.pick('pre-', 'x')
        if self.chance(0.12): k['nameSuffix'] = self.pick('-post', '-2')
        if self.chance(0.12): k['commonLabels'] = {'team': self.rng.choice(PLAIN)} if self.chance(0.5) else {'app': 'common'}
        if self.chance(0.2): k['labels'] = [{'pairs': {'env': 'prod'}, 'includeSelectors': self.pick(True, False)}]
        if self.chance(0.2): k['commonAnnotations'] = {'by': self.text()}
        if self.chance(0.2): k['images'] = [{'name': self.pick('app', 'quay.io/team/app', 'r.lab:5000/y'), self.pick('newTag', 'newName'): self.pick('v9', 'mirror.lab/app')}]
        scaled = [o[1] for o in visible if o[0] in ('Deployment', 'StatefulSet')]
        if scaled and self.chance(0.4): k['replicas'] = [{'name': self.rng.choice(scaled), 'count': Raw('4')}]
        for i in range(self.rng.randint(0, 2) if visible else 0):
            way = self.rng.random()
            writer = Writer(self.rng)
            if way < 0.4:
                patch = self.merge_patch(visible)
                if patch is None: continue
                if self.chance(0.5):
                    self.files['%s/p%d.yaml' % (folder, i)] = writer.block(patch)
                    if self.chance(0.3): k.setdefault('patchesStrategicMerge', []).append('p%d.yaml' % i)
                    else: k.setdefault('patches', []).append({'path': 'p%d.yaml' % i})
                else: k.setdefault('patches', []).append({'patch': writer.block(patch)})
            elif way < 0.8:
                if not visible: continue
                kind, name, body = self.rng.choice(visible)
                text = writer.block(self.json_patch(kind, body))
                target = self.target(visible) if self.chance(0.1) else {'kind': kind, 'name': name}
                if self.chance(0.4):
                    self.files['%s/j%d.yaml' % (folder, i)] = text
                    k.setdefault('patches', []).append({'path': 'j%d.yaml' % i, 'target': target})
                else: k.setdefault('patches', []).append({'target': target, 'patch': text})
            else:
                patch = self.merge_patch(visible)
                if patch: k.setdefault('patches', []).append({'target': self.target(visible), 'patch': writer.block(patch)})
        if self.chance(0.35):
            maps = [o for o in visible if o[0] == 'ConfigMap']
            self.count += 1
            generator = {'name': 'made%d' % self.count if self.chance(0.6) else self.pick('cas', 'config')}
            merged = maps and self.chance(0.5)
            if merged:
                kind, name, body = self.rng.choice(maps)
                generator = {'name': name, 'behavior': self.pick('merge', 'replace')}
                if 'namespace' in body['metadata']: generator['namespace'] = body['metadata']['namespace']
            if not merged and self.chance(0.3): generator['namespace'] = self.pick('openshift-config', 'default')
            if self.chance(0.6): generator['literals'] = ['%s=%s' % (key, self.pick('v', 'a b', '"q"', "it's", 'x=y')) for key in self.rng.sample(['a', 'b', 'c.d'], 2)]
            if self.chance(0.5):
                self.files[folder + '/ca.crt'] = self.pick('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n', 'plain', 'a\r\nb\r\n', ' lead\n', '', 'tab\tx \n', '\u00e9\n')
                generator['files'] = [self.pick('ca.crt', 'registry.lab..5000=ca.crt')]
            if self.chance(0.2):
                self.files[folder + '/e.env'] = 'A=1\n# c\n\nB = two \nC="q"\n'
                generator['envs'] = ['e.env']
            if self.chance(0.3): generator['options'] = {'disableNameSuffixHash': self.pick(True, False)}
            if self.chance(0.15): generator['options'] = {'labels': {'gen': 'made'}, 'annotations': {'x': self.text()}, 'immutable': True}
            if not merged and self.chance(0.08): generator['behavior'] = self.pick('create', 'merge', 'replace')
            if merged or self.chance(0.8): k['configMapGenerator'] = [generator]
            else: k['secretGenerator'] = [dict(generator, type=self.pick('Opaque', 'kubernetes.io/dockerconfigjson'))]
        if self.chance(0.1): k['generatorOptions'] = {'disableNameSuffixHash': True}
        if self.chance(0.12) and visible:
            kind, name, _ = self.rng.choice(visible)
            k['replacements'] = [{'source': {'kind': kind, 'name': name, 'fieldPath': self.pick('metadata.name', 'metadata.name', 'kind', 'metadata.labels.app')},
                                  'targets': [{'select': {'kind': self.pick('Image', 'ConfigMap', kind)}, 'fieldPaths': [self.pick('metadata.annotations.from', 'spec.additionalTrustedCA.name')],
                                               'options': {'create': self.chance(0.85)}}]}]
        if self.chance(0.06): k['sortOptions'] = {'order': self.pick('legacy', 'fifo')}
        if self.chance(0.06): k['buildMetadata'] = [self.pick('originAnnotations', 'managedByLabel')]
        if self.chance(0.06):
            self.files[folder + '/refs.yaml'] = 'nameReference:\n- kind: ConfigMap\n  version: v1\n  fieldSpecs:\n  - path: spec/additionalTrustedCA/name\n    kind: Image\n'
            k['configurations'] = ['refs.yaml']
        items = list(k.items())
        self.rng.shuffle(items)
        self.files[folder + '/' + self.pick('kustomization.yaml', 'kustomization.yaml', 'kustomization.yml', 'Kustomization')] = Writer(self.rng).block(dict(items))
        self.visible[folder] = visible

    def make(self):
        self.visible, self.components, self.collides = {}, [], False
        bases = ['base%d' % i for i in range(self.rng.randint(1, 2))]
        for folder in bases: self.kustomization(folder, [], 0)
        if self.chance(0.3):
            self.kustomization('comp', [], 0, component=True)
            self.components.append('comp')
        root = bases[0]
        if self.chance(0.85):
            self.kustomization('overlays/prod', self.rng.sample(bases, self.rng.randint(1, len(bases))), 1)
            root = 'overlays/prod'
            if self.chance(0.25):
                self.kustomization('top', ['overlays/prod'], 2)
                root = 'top'
        return root


def build(command):
    done = subprocess.run(command, capture_output=True, timeout=60)
    return done.returncode, done.stdout, done.stderr.decode(errors='replace').strip()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('--kustomize', required=True)
    options.add_argument('--registrylint', required=True)
    options.add_argument('--seed', type=int, default=random.SystemRandom().randrange(1 << 31))
    options.add_argument('--count', type=int, default=150)
    options.add_argument('--keep', help='a folder for the trees that disagree')
    options.add_argument('--verbose', action='store_true', help='print what both refuse')
    options = options.parse_args()
    print('seed %d, %d trees' % (options.seed, options.count))
    counts, reasons, wrong = Counter(), Counter(), 0
    for number in range(options.count):
        seed = options.seed + number
        for variant in range(20):
            tree = Tree(seed * 20 + variant)
            root = tree.make()
            if not tree.collides: break
        folder = tempfile.mkdtemp()
        try:
            for path, text in tree.files.items():
                place = os.path.join(folder, path)
                os.makedirs(os.path.dirname(place), exist_ok=True)
                with open(place, 'wb') as file: file.write(text.encode())
            status, real, problem = build(options.kustomize.split() + [os.path.join(folder, root)])
            own_status, own, own_problem = build([options.registrylint, 'compose', '--no-config', os.path.join(folder, root)])
            if own_status not in (0, 3):
                verdict, detail = 'WRONG', 'status %d: %s' % (own_status, own_problem)
            elif status == 0 and own_status == 0:
                verdict, detail = ('same result', '') if real == own else ('WRONG', 'another result')
            elif status != 0 and own_status != 0:
                verdict, detail = 'both refuse', ''
                if options.verbose: print(seed, '|', own_problem.splitlines()[-1][:200], '|', problem.splitlines()[-1][-200:])
            elif status == 0: verdict, detail = 'not composed', own_problem.splitlines()[-1].split(': ', 2)[-1]
            else: verdict, detail = 'WRONG', 'composed, kustomize refuses: ' + problem.splitlines()[-1][:300]
            counts[verdict] += 1
            if verdict == 'not composed': reasons[detail] += 1
            if verdict == 'WRONG':
                wrong += 1
                print('seed %d, %s: %s' % (seed, root, detail))
            if verdict in ('WRONG', 'not composed'):
                if options.keep:
                    kept = os.path.join(options.keep, str(seed))
                    shutil.copytree(folder, kept)
                    for name, data in (('kustomize.yaml', real), ('registrylint.yaml', own)):
                        with open(os.path.join(kept, name), 'wb') as file: file.write(data)
        finally:
            shutil.rmtree(folder)
    for verdict, count in sorted(counts.items()): print('%5d %s' % (count, verdict))
    for reason, count in reasons.most_common(10): print('      %3d %s' % (count, reason[:160]))
    if wrong: sys.exit(1)
    if counts['same result'] < options.count / 4: sys.exit('too few trees that both build: the generator is broken')


main()
