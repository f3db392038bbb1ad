# Everything a newcomer, a developer and a continuous-integration machine need, one word each.
# `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help setup build run reset test quick bench format clean

PROGRAM := .build/debug/vastoffice

help:
	@echo 'make run      install what is missing, build, start the practice installation (hub and two offices)'
	@echo 'make reset    the same from an empty practice installation'
	@echo 'make build    install what is missing and build the program (debug)'
	@echo 'make test     install the test tools, build everything, run every test'
	@echo 'make quick    the Swift tests alone, on what is installed; ONLY=PDFCoreTests,EdXMLTests for some of them'
	@echo 'make bench    release build and measurements on both databases'
	@echo 'make format   lay out the sources as agreed'
	@echo 'make setup    install what is missing, build nothing'
	@echo 'make clean    remove what was built; installed tools and the practice data stay'

setup:
	@scripts/setup

build: setup
	swift build --product vastoffice

run: build
	@exec $(PROGRAM) demo $(ARGS)

reset: build
	@exec $(PROGRAM) demo --reset $(ARGS)

test:
	@scripts/test

quick:
	VASTOFFICE_ONLY=$(ONLY) swift test

bench:
	@scripts/bench

format:
	swift format --in-place --parallel --recursive Sources Tests Package.swift

clean:
	rm -rf .build .build-screens
