#!/usr/bin/env python3
"""Times `registrylint lint` of a repository of overlays beside that of the same files without kustomizations.

usage: Benchmarks/overlays.py [--bin .build/release/registrylint] [--runs 7] [--keep DIR] [--labels]

Generates 10,000 files: 40 bases with an Image and a mirror set, 400 overlays with a patch and a mirror set of their own, and
workloads around them. In the second tree each `kustomization.yaml` is called `notes.yaml`, so that every file
is judged by itself. Commands run in turn; figures are medians.
"""
import argparse, os, resource, shutil, statistics, subprocess, sys, tempfile, time

parser = argparse.ArgumentParser()
parser.add_argument('--bin', default='.build/release/registrylint')
parser.add_argument('--runs', type=int, default=7)
parser.add_argument('--keep')
parser.add_argument('--labels', action='store_true', help='each overlay labels everything, so that no two share an object')
options = parser.parse_args()
TOOL = os.path.abspath(options.bin)
WORK = options.keep or tempfile.mkdtemp()
BASES, OVERLAYS, FILES = 40, 400, 10_000

IMAGE = '''apiVersion: config.openshift.io/v1
kind: Image
metadata:
  name: cluster
spec:
  registrySources:
    insecureRegistries:
'''
MIRRORS = '''apiVersion: config.openshift.io/v1
kind: ImageDigestMirrorSet
metadata:
  name: {name}
spec:
  imageDigestMirrors:
'''


def mirrors(name, first):
    entries = ''.join(f'  - source: quay.io/team-{first + k}/app\n    mirrors:\n    - registry-{first % 7}.example.com:5000/team-{k}/app\n'
                      for k in range(5))
    return MIRRORS.format(name=name) + entries


def files(kustomization):
    for b in range(BASES):
        folder = f'bases/b{b}'
        yield f'{folder}/{kustomization}', 'resources:\n- image.yaml\n- mirrors.yaml\n'
        yield f'{folder}/image.yaml', IMAGE + ''.join(f'    - registry-{(b + k) % 7}.example.com:5000\n' for k in range(5))
        yield f'{folder}/mirrors.yaml', mirrors('mirrors', b * 10)
    for o in range(OVERLAYS):
        folder = f'clusters/c{o}'
        labels = f'commonLabels:\n  cluster: c{o}\n' if options.labels else ''
        yield (f'{folder}/{kustomization}',
               f'resources:\n- ../../bases/b{o % BASES}\n- extra.yaml\n{labels}patches:\n- path: patch.yaml\n')
        yield f'{folder}/extra.yaml', mirrors('extra', 5_000 + o * 10)
        yield f'{folder}/patch.yaml', ('apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n'
                                       f'  allowedRegistriesForImport:\n  - domainName: registry-{o % 7}.example.com:5000\n')
    for i in range(FILES - 3 * BASES - 3 * OVERLAYS):
        yield f'teams/t{i % 40}/app-{i}/deployment.yaml', (
            f'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{i}\nspec:\n  replicas: 2\n  template:\n    spec:\n'
            f'      containers:\n      - name: main\n        image: quay.io/team/app-{i}:1\n')


def generate(name, kustomization):
    root = os.path.join(WORK, name)
    if not os.path.exists(root):
        for path, text in files(kustomization):
            path = os.path.join(root, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'w') as file:
                file.write(text)
        for command in (['init', '-q'], ['add', '-A'], ['-c', 'user.name=b', '-c', 'user.email=b@example.com', 'commit', '-qm', 'b']):
            subprocess.run(['git', *command], cwd=root, check=True)
    return root


def run(root):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    result = subprocess.run([TOOL, 'lint', '--rev', 'HEAD', '--format', 'json'], cwd=root, stdout=subprocess.PIPE)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.returncode not in (0, 1):
        sys.exit(f'lint ended with status {result.returncode}')
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, len(result.stdout)


trees = {'composed': generate('overlays', 'kustomization.yaml'), 'by themselves': generate('files', 'notes.yaml')}
figures = {name: [] for name in trees}
for _ in range(options.runs):
    for name, root in trees.items():
        figures[name].append(run(root))
wall = {name: statistics.median(f[0] for f in runs) for name, runs in figures.items()}
cpu = {name: statistics.median(f[1] for f in runs) for name, runs in figures.items()}
for name in trees:
    print(f'{name:14} {wall[name] * 1e3:7.0f} ms wall {cpu[name] * 1e3:7.0f} ms CPU')
one, other = trees
print(f'ratio          {wall[one] / wall[other]:7.2f}         {cpu[one] / cpu[other]:7.2f}')
if not options.keep:
    shutil.rmtree(WORK)
