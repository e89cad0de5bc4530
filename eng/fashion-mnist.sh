# Sourced: finds Fashion-MNIST, or gets it. After fashion_mnist, $data is a directory with its four IDX files.

# SHA-256 of the files without compression: archives differ from source to source, what is in them must not.
fashion_mnist_sums='c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888 train-images-idx3-ubyte
bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9 train-labels-idx1-ubyte
5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b t10k-images-idx3-ubyte
0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34 t10k-labels-idx1-ubyte'

fashion_mnist_complete() {
    local sum name
    while read -r sum name; do
        [ -f "$1/$name" ] || [ -f "$1/$name.gz" ] || return 1
    done <<<"$fashion_mnist_sums"
}

fashion_mnist_download() {
    local home=https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion sum name
    mkdir -p "$1"
    while read -r sum name; do
        curl -fsSL --retry 3 "$home/$name.gz" -o "$1/$name.gz.part" || return 1
        [ "$(gzip -dc "$1/$name.gz.part" | sha256sum | cut -d' ' -f1)" = "$sum" ] || die "$name.gz is not the file it should be (SHA-256 differs)"
        mv "$1/$name.gz.part" "$1/$name.gz"
    done <<<"$fashion_mnist_sums"
}

fashion_mnist() {
    for data in "${FASHION_MNIST:-}" "$root/artifacts/fashion-mnist" /usr/share/datasets/fashion-mnist; do
        if [ -n "$data" ] && fashion_mnist_complete "$data"; then
            say "Fashion-MNIST: $data"
            return 0
        fi
    done
    data=/usr/share/datasets/fashion-mnist
    if apt_install dataset-fashion-mnist && fashion_mnist_complete "$data"; then
        say "Fashion-MNIST: $data"
        return 0
    fi
    data=$root/artifacts/fashion-mnist
    say "downloading Fashion-MNIST (30 MB) to $data (undo: rm -r $data)"
    fashion_mnist_download "$data" || die "cannot get Fashion-MNIST: put its four IDX files into a directory and set FASHION_MNIST to it"
}
