package main

import (
	"crypto/x509"
	"os"
	"os/exec"
	"testing"
)

// The image of the container is empty but for the program. The certificates of a
// machine come first where it has some.
func TestSourcesCanBeTrustedWhereTheMachineHasNoCertificates(t *testing.T) {
	if os.Getenv("TEST_CERTIFICATES") != "" {
		roots, err := x509.SystemCertPool()
		if err != nil || roots.Equal(x509.NewCertPool()) {
			t.Fatal("no certificates: ", err)
		}
		return
	}
	again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	again.Env = append(os.Environ(), "TEST_CERTIFICATES=1", "SSL_CERT_FILE=/nonexistent", "SSL_CERT_DIR=/nonexistent")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
